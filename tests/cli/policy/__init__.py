"""`redress policy …`: what a set says, published cases, and holidays."""
