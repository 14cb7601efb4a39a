using System.Data;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Externals;

/// <summary>Says in a sentence which external repository a waiting task waits for, if it does.</summary>
static class WhyUnpinned
{
    sealed record Row
    {
        public required string Name { get; init; }
        public required string Arch { get; init; }
        public string? Fault { get; init; }
        public long? ExpectedBytes { get; init; }
    }

    public static FormattableString? Of(IDbConnection db, long task) => db.One<Row>("""
        SELECT e.name AS Name, h.arch AS Arch, p.fault AS Fault, p.expected_bytes AS ExpectedBytes
        FROM build_tasks t JOIN builds b ON b.id = t.build_id JOIN targets g ON g.id = b.target_id
          JOIN externals e ON e.id IN (SELECT external_id FROM tag_needs WHERE tag_id = g.build_tag_id UNION ALL SELECT external_id FROM build_externals WHERE build_id = b.id)
          JOIN task_hosts h ON h.task_id = t.id AND EXISTS (SELECT 1 FROM builder_arches a JOIN builders w ON w.id = a.builder_id WHERE a.arch = h.arch AND w.enabled = 1)
          LEFT JOIN external_arches p ON p.external_id = e.id AND p.arch = h.arch
        WHERE t.id = @task AND t.like_run_id IS NULL AND p.state_id IS NULL ORDER BY p.fault IS NULL, e.name LIMIT 1
        """, new { task }) switch
    {
        null => null,
        { Fault: { } fault } row => $"Waiting: {row.Name} could not be pinned for {row.Arch}: {fault} It is tried again every minute.",
        { ExpectedBytes: { } bytes } row => $"Waiting: {row.Name} is being pinned for the first time ({Sizes.Bytes(bytes)} of metadata).",
        var row => $"Waiting: {row.Name} is being pinned for the first time.",
    };
}
