using System.Data;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Builds;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Sources;

/// <summary>
/// A build from Git begins: it is there at once, with a first task that makes its source package, and that waits until the repository has been
/// fetched (<see cref="FetchSources"/>). What is wrong with its target or its address is said before; what the repository lacks ends the build.
/// </summary>
public sealed class SubmitSource(Database database, Chroots chroots, Bells bells, SkylineSettings settings, TimeProvider time)
{
    /// <summary>The kind of task, and the architecture that it says it is for: none's.</summary>
    public const string Kind = "buildSRPM", Arch = "src";

    /// <summary>What a builder must speak that is given one, as it is in the view task_builders.</summary>
    public const int Protocol = 2;

    public async Task<Submitted> Submit(NewSourceBuild wanted, BuildOptions? options, long owner, CancellationToken ct)
    {
        var (request, bad) = SourceRequest.Of(wanted.Url ?? "", wanted.Ref, wanted.Subdirectory, wanted.Method, settings);
        if (request is null) return new Submitted.Refused(bad!);
        var outcome = await database.Write(tx => Put(tx, request, wanted, options, owner), ct);
        if (outcome is Submitted.Queued) Ring();
        return outcome;
    }

    /// <summary>In somebody's transaction, who rings after it (<see cref="Ring"/>).</summary>
    internal Submitted Put(IDbTransaction tx, SourceRequest request, NewSourceBuild wanted, BuildOptions? options, long owner)
    {
        var (target, why) = CheckWanted.Of(tx.Connection!, chroots, wanted.Target ?? "", wanted.Scratch, wanted.Draft, owner, options, wanted.Arches);
        return target is null ? new Submitted.Refused(why!) : new Submitted.Queued(Insert(tx, request, wanted, target, options, owner));
    }

    internal void Ring()
    {
        bells.Ring(Bells.Sources);
        bells.Ring(Bells.Builds);
    }

    long Insert(IDbTransaction tx, SourceRequest request, NewSourceBuild wanted, Target target, BuildOptions? options, long owner)
    {
        var build = tx.One<long>("""
            INSERT INTO builds (nvr, target_id, scratch, state, owner_id, submitted_at, options, priority, draft) VALUES (@nvr, @Id, @Scratch, 'Waiting', @owner, @now, @text, @priority, @Draft) RETURNING id
            """, new { nvr = Called(request.Url, request.Ref), target.Id, wanted.Scratch, owner, now = time.Stamp(), text = KeptOptions.Text(options), priority = wanted.Priority ?? Priorities.Usual, wanted.Draft });
        foreach (var name in options?.Repos ?? []) tx.Execute("INSERT INTO build_externals (build_id, external_id) SELECT @build, id FROM externals WHERE name = @name", new { build, name });
        tx.Execute("INSERT INTO build_tasks (build_id, kind, arch, state, why) VALUES (@build, @Kind, @Arch, 'Waiting', @why)", new
        {
            build, Kind, Arch, why = $"Waiting until {request.Url.Text}{(request.Ref.Length > 0 ? $" ({request.Ref})" : "")} is fetched.",
        });
        tx.Note("submitted from Git", $"build {build}", after: new { Url = request.Url.Text, request.Ref, request.Subdirectory, Target = target.Name, wanted.Scratch, wanted.Draft, wanted.Priority, Options = KeptOptions.Text(options) }, id: build);
        tx.Execute("INSERT INTO build_sources (build_id, url, ref, subdirectory, method, arches, submodules, lfs) VALUES (@build, @Text, @Ref, @Subdirectory, @method, @arches, @Submodules, @Lfs)", new
        {
            build, request.Url.Text, request.Ref, request.Subdirectory, method = request.Method.ToString(), wanted.Submodules, wanted.Lfs, arches = wanted.Arches is { Count: > 0 } some ? string.Join(',', some) : null,
        });
        return build;
    }

    /// <summary>Until its spec says what it is: the repository's name and what was asked for of it, in the form of a name, version and release.</summary>
    public static string Called(GitUrl url, string reference) =>
        $"{url.Name}-git-{(reference.Length == 0 ? "HEAD" : GitRef.IsCommit(reference) ? reference[..12] : reference.Replace('/', '_').Replace('-', '_'))}";
}
