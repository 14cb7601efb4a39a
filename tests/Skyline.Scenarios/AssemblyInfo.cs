// Each scenario kills and waits; one at a time they do not slow each other into their time limits, and builders keep one folder each.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
