"""The county server, mostly as a process of its own, over a real socket."""
