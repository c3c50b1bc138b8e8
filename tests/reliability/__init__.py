"""What survives kills, cuts and full disks."""
