using System.Collections.Frozen;
using System.Data;
using Dapper;
using Skyline.Server.Privacy;

namespace Skyline.Server.Storage;

/// <summary>
/// Connections on which what is hidden does not exist: every table that leads to tags by its references is covered by a temporary view of the
/// same name, so each query that there is, and each that is still to be written, reads what its caller may read. A table that a later
/// migration brings is covered too.
/// </summary>
sealed class NarrowReaders(Func<KeptStatements> open, Engine engine, Readers readers) : IDisposable
{
    sealed class Reader(KeptStatements on)
    {
        public KeptStatements On => on;
        public FrozenSet<long> Hidden { get; set; } = [];
    }

    RestingReaders<Reader>? resting;

    RestingReaders<Reader> Resting => LazyInitializer.EnsureInitialized(ref resting, () => new(Open, reader => reader.On));

    public T Read<T>(Sight sight, Func<IDbConnection, T> query)
    {
        var reader = Resting.Take(one => Begin(one, sight), engine.IsAway);
        try
        {
            return query(reader.On);
        }
        finally
        {
            Resting.Return(reader);
        }
    }

    /// <summary>First the moment that is read, then what is hidden in it: a tag that was made private before the one is among the other.</summary>
    void Begin(Reader reader, Sight sight)
    {
        while (true)
        {
            engine.BeginRead(reader.On);
            reader.On.One<long>("SELECT 1 FROM main.tags LIMIT 1");
            var hidden = readers.HiddenFrom(sight);
            if (hidden.SetEquals(reader.Hidden)) return;
            reader.On.Do("ROLLBACK");
            reader.On.Do("DELETE FROM temp.hidden_tags");
            reader.On.Execute("INSERT INTO temp.hidden_tags (id) SELECT CAST(value AS BIGINT) FROM json_each(@ids)", new { ids = $"[{string.Join(',', hidden)}]" });
            reader.Hidden = hidden;
        }
    }

    Reader Open()
    {
        var on = open();
        foreach (var statement in Views(on.All<Reference>(engine.References))) on.Do(statement);
        return new(on);
    }

    internal sealed record Reference(string Table, string Column, string Parent, string? To);

    const string Seen = "NOT IN (SELECT id FROM temp.hidden_tags)";

    /// <summary>
    /// A target is hidden with either of its tags. A build is hidden with its target, unless it is or was in a tag that is not: whoever put it
    /// there made it known. Every other row is hidden with anything hidden that it refers to.
    /// </summary>
    internal static IEnumerable<string> Views(IReadOnlyList<Reference> references)
    {
        yield return "CREATE TEMP TABLE hidden_tags (id INTEGER PRIMARY KEY)";
        yield return $"CREATE TEMP VIEW tags AS SELECT * FROM main.tags WHERE id {Seen}";
        yield return $"CREATE TEMP VIEW targets AS SELECT * FROM main.targets WHERE build_tag_id {Seen} AND destination_tag_id {Seen}";
        yield return $"""
            CREATE TEMP VIEW builds AS SELECT * FROM main.builds AS b
            WHERE EXISTS (SELECT 1 FROM temp.targets t WHERE t.id = b.target_id) OR EXISTS (SELECT 1 FROM main.tag_builds g WHERE g.build_id = b.id AND g.tag_id {Seen})
               OR (b.target_id IS NULL AND NOT EXISTS (SELECT 1 FROM main.tag_builds g WHERE g.build_id = b.id))
            """;
        // What it is about is a list of its own, which refers to it and not the other way round.
        yield return $"""
            CREATE TEMP VIEW approvals AS SELECT * FROM main.approvals AS a
            WHERE NOT EXISTS (SELECT 1 FROM main.approval_tags g WHERE g.approval_id = a.id AND g.tag_id NOT IN (SELECT id FROM temp.tags)) AND (a.build_id IS NULL OR EXISTS (SELECT 1 FROM temp.builds b WHERE b.id = a.build_id))
            """;
        HashSet<string> covered = ["tags", "targets", "builds", "approvals"];
        var others = references.Where(one => !covered.Contains(one.Table) && one.Table != one.Parent && !IsPassedOver(one)).ToLookup(one => one.Table);
        while (others.Select(table => table.Key).Where(table => others[table].Any(one => covered.Contains(one.Parent))).Any(covered.Add)) { }
        foreach (var table in InOrder(others, covered))
            yield return $"CREATE TEMP VIEW {table.Key} AS SELECT * FROM main.{table.Key} AS r WHERE {string.Join(" AND ", table.Where(one => covered.Contains(one.Parent)).Select(Condition))}";
    }

    /// <summary>Each after those that it refers to: PostgreSQL makes no view of what is not there yet.</summary>
    static IEnumerable<IGrouping<string, Reference>> InOrder(ILookup<string, Reference> others, HashSet<string> covered)
    {
        var left = others.Where(table => covered.Contains(table.Key)).ToList();
        while (left.FindIndex(table => !table.Any(one => left.Any(other => other.Key == one.Parent))) is var next && left.Count > 0)
        {
            if (next < 0) throw new InvalidOperationException($"What is hidden in {string.Join(", ", left.Select(table => table.Key))} cannot be said: their references go in a circle. Pass one of them over.");
            yield return left[next];
            left.RemoveAt(next);
        }
    }

    static string Condition(Reference one) => one.Parent == "tags"
        ? $"(r.{one.Column} IS NULL OR r.{one.Column} {Seen})"
        : $"(r.{one.Column} IS NULL OR EXISTS (SELECT 1 FROM temp.{one.Parent} p WHERE p.{one.To ?? "id"} = r.{one.Column}))";

    /// <summary>Of rows of a tag, of which there are many, the tag alone counts: all that is in one that is seen is seen. And a task that is built as a run was would make a circle.</summary>
    static bool IsPassedOver(Reference one) =>
        one.Parent != "tags" && (one.Table.StartsWith("tag_", StringComparison.Ordinal) || one.Table == "snapshots") || one is { Table: "build_tasks", Column: "like_run_id" };

    public void Dispose() => resting?.Dispose();
}
