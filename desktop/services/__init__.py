"""What a worker can do: one module per capability, one function per action."""
