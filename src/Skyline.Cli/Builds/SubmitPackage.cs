using Skyline.Cli.Connection;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Builds;

/// <summary>How one is to be built beside what its spec says.</summary>
/// <param name="Arches">Of a scratch build; empty: all.</param>
/// <param name="Priority">Null: the usual.</param>
/// <param name="Subdirectory">Of what is built from Git: the package's folder; null: the top.</param>
sealed record Wishes(BuildOptions? Options, IReadOnlyList<string> Arches, int? Priority, bool Draft = false, string? Subdirectory = null, SourceMethod? Method = null);

/// <summary>One source package on its way to the server.</summary>
static class SubmitPackage
{
    public static async Task<BuildDetails> To(Session session, SourcePackage source, string target, bool scratch, BuildOptions? options, CancellationToken ct, Wishes? wishes = null)
    {
        wishes ??= new(options, [], null);
        session.ComeBack = () => $"{source.Name} may not have been submitted; see: skyline builds";
        var build = source switch
        {
            SourcePackage.LocalFile file => await Upload(session, file, target, scratch, wishes, ct),
            SourcePackage.Address address => await session.Client.SubmitUrl(new BuildFromUrl(address.Url, target, scratch, options, wishes.Arches.Count == 0 ? null : wishes.Arches, wishes.Priority, wishes.Draft), ct),
            SourcePackage.Repository git => await session.Client.SubmitSource(
                new(git.Url, target, null, wishes.Subdirectory, wishes.Method, scratch, options, wishes.Arches.Count == 0 ? null : wishes.Arches, wishes.Priority, wishes.Draft), ct),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        session.ComeBack = () => null;
        session.Know(build);
        session.Screen.Say($"Build {StatusLines.Name(build)} in {Untrusted.Line(build.Target)}{(build.Scratch ? " (scratch)" : build.Draft ? " (draft)" : "")}: {ServerAddress.Shown(session.Server!)}/builds/{build.Id}");
        if (build.Options is { } known) session.Screen.Say($"  {string.Join(' ', known.Words().Select(Untrusted.Line))}");
        return build;
    }

    static async Task<BuildDetails> Upload(Session session, SourcePackage.LocalFile file, string target, bool scratch, Wishes wishes, CancellationToken ct)
    {
        using var http = session.ConnectForUpload();
        using var bar = new ProgressBar(session.Screen, session.Time, Untrusted.Line(file.Name), file.Size);
        bar.Start();
        await using var stream = CountedStream.Open(file.Path, bar.Reached);
        try
        {
            var build = await new SkylineClient(http).Submit(stream, file.Name, target, scratch, ct, wishes.Options, wishes.Arches, wishes.Priority, wishes.Draft);
            bar.Finish();
            return build;
        }
        catch (HttpRequestException) when (stream.Length != file.Size)
        {
            throw StopException.Usage($"{file.Path} changed while it was being sent; try again when it is whole.");
        }
    }
}
