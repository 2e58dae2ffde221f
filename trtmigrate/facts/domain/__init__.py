"""The domain: values, what joins and operators make of them, and binding arithmetic."""
