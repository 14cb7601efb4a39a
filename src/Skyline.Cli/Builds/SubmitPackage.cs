using Skyline.Cli.Connection;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Builds;

/// <summary>How one is to be built beside what its spec says.</summary>
/// <param name="Arches">Of a scratch build; empty: all.</param>
/// <param name="Priority">Null: the usual.</param>
/// <param name="Subdirectory">Of what is built from Git: the package's folder; null: the top.</param>
/// <param name="Submodules">Of what is built from Git: follow its submodules.</param>
/// <param name="Lfs">Of what is built from Git: fetch its files in Git LFS.</param>
sealed record Wishes(BuildOptions? Options, IReadOnlyList<string> Arches, int? Priority, bool Draft = false, string? Subdirectory = null, SourceMethod? Method = null, bool Submodules = true, bool Lfs = true);

/// <summary>One source package on its way to the server.</summary>
static class SubmitPackage
{
    /// <summary>In bytes: what is larger is sent ahead, so that it goes on where it broke off; what is smaller is sent again as soon as it could be asked for.</summary>
    const long Large = 8 << 20;

    public static async Task<BuildDetails> To(Session session, ProgressLines lines, SourcePackage source, string target, bool scratch, Wishes wishes, CancellationToken ct)
    {
        var order = new BuildFromUrl((source as SourcePackage.Address)?.Url, target, scratch, wishes.Options, wishes.Arches.Count == 0 ? null : wishes.Arches, wishes.Priority, wishes.Draft);
        var build = source switch
        {
            SourcePackage.LocalFile { Size: >= Large } file => await Ahead(session, lines, file, order, ct),
            SourcePackage.LocalFile file => await Upload(session, lines, file, target, scratch, wishes, ct),
            SourcePackage.Address => await session.Client.SubmitUrl(order, ct),
            SourcePackage.Repository git => await session.Client.SubmitSource(
                new(git.Url, target, null, wishes.Subdirectory, wishes.Method, scratch, wishes.Options, order.Arches, wishes.Priority, wishes.Draft, wishes.Submodules, wishes.Lfs), ct),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        session.Know(build);
        lines.Say($"Build {StatusLines.Name(build)} in {Untrusted.Line(build.Target)}{(build.Scratch ? " (scratch)" : build.Draft ? " (draft)" : "")}: {ServerAddress.Shown(session.Server!)}/builds/{build.Id}");
        if (build.Options is { } known) lines.Say($"  {string.Join(' ', known.Words().Select(Untrusted.Line))}");
        return build;
    }

    /// <summary>What the server would refuse is asked before it is sent.</summary>
    static async Task<BuildDetails> Ahead(Session session, ProgressLines lines, SourcePackage.LocalFile file, BuildFromUrl order, CancellationToken ct)
    {
        var sha256 = await SendAhead.Send(session, lines, file, ct, first: sha256 => session.Client.PreviewBuild(order with { Sha256 = sha256 }, ct));
        return await session.Client.SubmitUrl(order with { Sha256 = sha256 }, ct);
    }

    static async Task<BuildDetails> Upload(Session session, ProgressLines lines, SourcePackage.LocalFile file, string target, bool scratch, Wishes wishes, CancellationToken ct)
    {
        using var http = session.ConnectForUpload();
        using var line = lines.Begin(Untrusted.Line(file.Name), file.Size);
        await using var stream = CountedStream.Open(file.Path, line.Reached);
        try
        {
            var build = await new SkylineClient(http).Submit(stream, file.Name, target, scratch, ct, wishes.Options, wishes.Arches, wishes.Priority, wishes.Draft);
            line.Finish();
            return build;
        }
        catch (HttpRequestException) when (stream.Length != file.Size)
        {
            throw StopException.Usage($"{file.Path} changed while it was being sent; try again when it is whole.");
        }
    }
}
