"""The steps of the tour, one module for each part of the job."""
