using Skyline.Server.Metrics;

namespace Skyline.Server.Storage.Postgresql;

/// <summary>What changes that this server, or another, keeps in memory, as the table `told` has it (0003-told.sql): read up to where this server has got.</summary>
sealed class ToldRows(Known known)
{
    /// <summary>Whoever has not looked for so many reads everything again.</summary>
    const int MostKept = 20_000, Portion = 1000;

    sealed record Row(long Number, string Kind, long? Id, string? Word, long? Much);

    readonly Lock turn = new();
    long heard;

    /// <summary>Nothing is kept in memory yet.</summary>
    public void Begin(KeptStatements on)
    {
        lock (turn) heard = Math.Max(heard, Last(on));
    }

    static long Last(KeptStatements on) => on.One<long>("SELECT coalesce(max(number), 0) FROM told");

    /// <summary>What others have written meanwhile.</summary>
    public void Hear(KeptStatements on)
    {
        lock (turn)
        {
            if (Next(on) is { Count: > 0 } rows) foreach (var row in rows) Others(row);
            else return;
        }
        known.Committed();
    }

    /// <summary>What this server has written, in the transaction that is about to be committed: nobody else has the turn.</summary>
    public void HearOwn(KeptStatements on)
    {
        lock (turn)
        {
            var before = heard;
            foreach (var row in Next(on)) Own(row);
            if (heard / Portion != before / Portion) on.Do($"DELETE FROM told WHERE number < {heard - MostKept - Portion}");
        }
    }

    IReadOnlyList<Row> Next(KeptStatements on)
    {
        var rows = on.All<Row>("SELECT number AS Number, kind AS Kind, id AS Id, word AS Word, much AS Much FROM told WHERE number > @heard ORDER BY number", new { heard });
        if (rows.Count == 0) return rows;
        if (rows[^1].Number - heard > MostKept) known.OthersChangedAll();
        heard = rows[^1].Number;
        return rows;
    }

    void Others(Row row)
    {
        if (row.Kind == "sights") known.OthersSightsChange();
        else if (row.Kind == "build") known.Builds.Heard(row.Id!.Value);
        else if (row.Kind == "snapshot") known.OthersSnapshot(row.Id!.Value, row.Much!.Value);
    }

    void Own(Row row)
    {
        if (row.Kind == "sights") known.SightsChange();
        else if (row.Kind == "build") known.Builds.Written(row.Id!.Value);
        else if (row.Kind == "lease") Counted.Leased(row.Much!.Value);
        else if (row.Kind == "run") Counted.RunEnded(row.Word!, row.Much);
        else if (row.Kind == "ended") Counted.BuildEnded(row.Word!, row.Much!.Value);
    }
}
