"""Runs a program before and after its migration and compares every execution."""
