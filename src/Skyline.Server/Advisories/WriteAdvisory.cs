using System.Data;
using System.Text.Json;
using System.Text.RegularExpressions;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Advisories;

/// <summary>Creates advisories, and changes what they say. What clients see of it becomes an event of the tag.</summary>
public sealed partial class WriteAdvisory(Database database, Bells bells, TimeProvider time)
{
    /// <returns>Its name, or why not.</returns>
    public async Task<(string? Name, Refusal? Why)> Create(NewAdvisory wanted, long person, CancellationToken ct)
    {
        var text = AdvisoryText.Of(wanted);
        if (text.Refuse() is { } bad) return (null, bad);
        if (wanted.Id is { } id && !Name().IsMatch(id)) return (null, new(400, $"An advisory cannot be called '{id}': a name is letters, digits, '.', '_', '-', '+' and ':', up to 100, starting with a letter or digit."));
        var (name, why) = await database.Write(tx => Insert(tx, wanted, text, person), ct);
        if (why is null && wanted.Publish) bells.Ring(Bells.Tags);
        return (name, why);
    }

    (string? Name, Refusal? Why) Insert(IDbTransaction tx, NewAdvisory wanted, AdvisoryText text, long person)
    {
        if (Tag.Find(tx.Connection!, wanted.Tag ?? "") is not { } tag) return (null, new(404, $"There is no tag '{wanted.Tag}'."));
        var (builds, unknown) = AttachBuilds.Find(tx, wanted.Builds ?? []);
        if (unknown is not null) return (null, unknown);
        if (wanted.Publish && builds.Count == 0) return (null, PublishAdvisory.NoBuilds(wanted.Id ?? "It"));
        var now = time.Stamp();
        var name = wanted.Id ?? NextName(tx, time.GetUtcNow().Year);
        var row = tx.One<long?>("""
            INSERT INTO advisories (tag_id, name, state, type, severity, title, summary, description, rights, suggests, links, owner_id, created_at, changed_at)
            VALUES (@tag, @name, 'Draft', @Type, @Severity, @Title, @Summary, @Description, @Rights, @Suggests, @Links, @person, @now, @now) ON CONFLICT (name) DO NOTHING RETURNING id
            """, Columns(text, new { tag = tag.Id, name, person, now }));
        if (row is null) return (null, new(409, $"There is an advisory '{name}' already."));
        foreach (var build in builds) AttachBuilds.Insert(tx, row.Value, build, person, now);
        tx.Note("written", $"advisory {name}", after: new { Tag = tag.Name, text.Type, text.Severity, text.Title, text.Summary, Builds = wanted.Builds }, id: row);
        if (wanted.Publish) PublishAdvisory.Publish(tx, row.Value, tag.Id, name, person, now);
        return (name, null);
    }

    /// <returns>Null, or why not.</returns>
    public async Task<Refusal?> Edit(string name, AdvisoryEdit edit, long person, CancellationToken ct)
    {
        var (rings, why) = await database.Write<(bool Rings, Refusal? Why)>(tx =>
        {
            if (AdvisoryRow.Find(tx.Connection!, name) is not { } row) return (false, NotFound(name));
            var (before, after) = (AdvisoryText.Of(row), AdvisoryText.Of(row).Edited(edit));
            if (after.Refuse() is { } bad) return (false, bad);
            if (after.IsSame(before)) return (false, null);
            var now = time.Stamp();
            tx.Execute("""
                UPDATE advisories SET type = @Type, severity = @Severity, title = @Title, summary = @Summary, description = @Description, rights = @Rights, suggests = @Suggests, links = @Links
                WHERE id = @id
                """, Columns(after, new { id = row.Id }));
            tx.Note("edited", $"advisory {name}", before, after, row.Id);
            return (Changed(tx, row, "edited", person, now), null);
        }, ct);
        if (rings) bells.Ring(Bells.Tags);
        return why;
    }

    /// <summary>Of a published advisory every change is an event.</summary>
    /// <returns>Whether it is one.</returns>
    internal static bool Changed(IDbTransaction tx, AdvisoryRow row, string what, long person, long now)
    {
        var isSeen = row.State == nameof(AdvisoryState.Published);
        var happened = isSeen ? TagEvent.Record(tx, row.TagId, TagEventKind.Content, null, $"advisory {row.Name} {what}", now, person) : (long?)null;
        tx.Execute("UPDATE advisories SET changed_at = @now, version = version + @seen, event_id = coalesce(@happened, event_id) WHERE id = @Id", new { now, seen = isSeen ? 1 : 0, happened, row.Id });
        return isSeen;
    }

    internal static Refusal NotFound(string name) => new(404, $"There is no advisory '{name}'.");

    /// <summary>A number that somebody has given by hand is passed over.</summary>
    static string NextName(IDbTransaction tx, int year)
    {
        while (true)
        {
            var number = tx.One<long>("INSERT INTO advisory_numbers (year, last) VALUES (@year, 1) ON CONFLICT (year) DO UPDATE SET last = advisory_numbers.last + 1 RETURNING last", new { year });
            var name = $"SKYLINE-{year}-{number:0000}";
            if (AdvisoryRow.Find(tx.Connection!, name) is null) return name;
        }
    }

    static Dapper.DynamicParameters Columns(AdvisoryText text, object others)
    {
        var columns = new Dapper.DynamicParameters(others);
        columns.AddDynamicParams(new
        {
            Type = text.Type.ToString(), Severity = text.Severity.ToString(), text.Title, text.Summary, text.Description, text.Rights, Suggests = (long)text.Suggests,
            Links = JsonSerializer.Serialize(text.References, SkylineJson.Default.IReadOnlyListAdvisoryReference),
        });
        return columns;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._+:-]{0,99}\z")]
    private static partial Regex Name();
}
