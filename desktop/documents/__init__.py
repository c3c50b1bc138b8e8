"""Paper: forms as PDF bytes made in memory, and recognising a sheet that comes back as a picture."""
