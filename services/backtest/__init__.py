"""What would have happened: the real decisions on a history of commands, in virtual time.  Pure."""
