using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>How reading a tree, or making a source package of it, ended.</summary>
abstract record SourceEnd
{
    SourceEnd() { }

    /// <param name="Wanted">What the spec names and the repository lacks.</param>
    /// <param name="Listed">The file `sources`.</param>
    public sealed record Done(IReadOnlyList<string> Wanted, IReadOnlyList<string> Listed) : SourceEnd;

    public sealed record Failed(RpmbuildEnd.Failed Why) : SourceEnd;
}

/// <summary>A repository's tree in a chamber like a build's: no network, an ordinary user, bounded. Each time the work folder is new, and the tree is unpacked anew.</summary>
sealed class SourceChamber(Rpmbuild rpmbuild, RunFolder folder, LeasedRun lease, HeldBuildroot root)
{
    const int NoTree = 80, CannotUnpack = 81, BadSpec = 82, MakeFailed = 84, NotOneSpec = 85, NoFolder = 87;

    public Task<SourceEnd> List(CancellationToken ct) => Run("list", [], ct);

    /// <param name="fetched">Paths of files that go beside the spec.</param>
    public Task<SourceEnd> Make(IReadOnlyList<string> fetched, CancellationToken ct) => Run("make", fetched, ct);

    async Task<SourceEnd> Run(string what, IReadOnlyList<string> fetched, CancellationToken ct)
    {
        var order = lease.Source!;
        await folder.PrepareTree(BuildMacros.FileText(lease.Buildroot, lease.Options), fetched, lease.Limits.DiskBytes, ct);
        var method = order.Method switch { SourceMethod.DistGit => "dist-git", SourceMethod.MakeSrpm => "make-srpm", _ => "spec" };
        var command = Chamber.WithEnvironment(["/bin/bash", "-c", Script.Source, "source", what, method, order.Subdirectory, order.Name, lease.Buildroot.TargetArch]);
        var (exit, breach, found) = await rpmbuild.InChamber(command, folder, lease, root, ct);
        if (breach is not null) return new SourceEnd.Failed(found.Blamed(breach.Sentence));
        return exit switch
        {
            0 => new SourceEnd.Done(Rpmbuild.ReadLines(folder.Work, "sources.wanted") ?? [], Rpmbuild.ReadLines(folder.Work, "sources.listed") ?? []),
            CannotUnpack or BadSpec or MakeFailed or NotOneSpec or NoFolder => new SourceEnd.Failed(await Rpmbuild.Blame(Said(exit), found, folder, lease.Limits, ct)),
            NoTree => throw new BuilderBrokeException($"The chamber does not show the tree in the run's folder {folder.Work}."),
            _ => throw new BuilderBrokeException($"The source package's chamber ended with {exit} before it was made: {rpmbuild.LastLine() ?? "it said nothing"}"),
        };
    }

    static string Said(int exit) => exit switch
    {
        CannotUnpack => "The repository's tree cannot be unpacked",
        MakeFailed => "make srpm failed",
        NotOneSpec => "The repository does not have exactly one spec file there, nor one of its own name",
        NoFolder => "The repository has no such folder",
        _ => "The source package cannot be made of the spec",
    };
}
