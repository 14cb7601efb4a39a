using Skyline.Clients.Tests;

// One server with two published tags for all tests that only read.
[assembly: AssemblyFixture(typeof(ServedTags))]
