"""The parts of the page of blank forms: printing a stock, binding a number, accounting for the rest."""
