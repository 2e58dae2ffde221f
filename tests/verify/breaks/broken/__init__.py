"""The ways to break a migrated program: each a function in the place of one of its calls.

The folder above is on the path of the program. A function gets the object that the call is made
on, the name of the method, and the arguments; what it does instead is the break. It imports nothing
of the simulator at the top, because the tests read the list of breaks without one.
"""
