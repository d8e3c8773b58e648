"""机构与人员: units and persons as the register of the record has them, and what an upload would change of them."""
