"""Steelyard 公平秤: every score can be re-weighed by the one who got it.

    import steelyard

    bureau = steelyard.Bureau(Path("examples/province"))
    ran = steelyard.run(bureau, steelyard.Order(plan="branches"))
    print(steelyard.Results(ran).scores())
"""

__version__ = "0.1.0"
