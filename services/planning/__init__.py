"""What a planner is advised to do: how late is dear, which service level pays, how many agents a load needs, where quality falls short.

Pure functions of what the planner states, and of nothing that has happened: no service reads them, and no fact depends on them.  What can
be exact is a fraction; floats only where the normal distribution or Erlang's formula needs them.
"""
