"""What a run found, for people and for programs. Every form is a function from a Report to text."""
