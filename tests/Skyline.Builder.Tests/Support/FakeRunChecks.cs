using System.Security.Cryptography;
using Skyline.Protocol;

namespace Skyline.Builder.Tests;

static class FakeRunChecks
{
    extension(FakeRun run)
    {
        /// <summary>Waits for the report and fails with the log if it is not of success.</summary>
        public async Task Succeeded()
        {
            var report = await run.Report;
            Assert.True(report.Outcome == RunOutcome.Succeeded, $"{report.Outcome}: {report.Why}\n{run.Log}");
        }

        /// <summary>SHA-256 of every file handed over, by name.</summary>
        public SortedDictionary<string, string> Digests() =>
            new(run.Files.ToDictionary(file => file.Key, file => Convert.ToHexStringLower(SHA256.HashData(file.Value))), StringComparer.Ordinal);
    }
}
