"""How it is put right: what is owed by a rule, what is given besides, who approves it, and what became of it."""
