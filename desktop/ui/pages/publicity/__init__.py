"""The parts of the page 宣传同意: what is asked, the signing with its script, one consent beside its picture."""
