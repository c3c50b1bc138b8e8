"""The command line: the same work as the window's, through the same services, one module per command."""
