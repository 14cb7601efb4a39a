using Skyline.Clients.Tests;

// One server with one published tag for all tests that only read.
[assembly: AssemblyFixture(typeof(ServedTag))]
