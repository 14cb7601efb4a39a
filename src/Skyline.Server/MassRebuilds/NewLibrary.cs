using System.Data;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Builds;
using Skyline.Server.Repos;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.MassRebuilds;

/// <summary>What is to replace packages of a tag: a build that is here, or packages that somebody tells of.</summary>
/// <param name="Sources">Names of the source packages that they are built from.</param>
/// <param name="First">What a mass rebuild begins with; null: it cannot, see WhyNoStart.</param>
sealed record NewLibrary(string Name, string Nvr, IReadOnlySet<string> Sources, IReadOnlyList<HeldPackage> Packages, FirstBuild? First, string? WhyNoStart);

/// <summary>Looks up the packages of a new build, published or not.</summary>
public sealed class FindLibrary(Database database, Blobs blobs, HeaderBudget headers)
{
    const int MostPackages = 2000, MostEntries = 500_000;

    sealed record BuildRow
    {
        public long Id { get; init; }
        public required string Nvr { get; init; }
        public required string Package { get; init; }
        public required string State { get; init; }
        public long Scratch { get; init; }
        public long Draft { get; init; }
        public string? SrpmNvr { get; init; }
        public string? SrpmFile { get; init; }
        public string? SrpmSha256 { get; init; }
        public long SrpmSize { get; init; }
        public string? Options { get; init; }
        public double? Seconds { get; init; }
    }

    internal async Task<(NewLibrary? Library, Refusal? Why)> Find(NewBumpPlan wanted, CancellationToken ct)
    {
        if (wanted.Build is null == wanted.Packages is null) return (null, new(400, "Name the new build of the library, or its packages; one of the two."));
        return wanted.Build is { } build ? await OfBuild(build, ct) : OfPackages(wanted.Packages!);
    }

    async Task<(NewLibrary?, Refusal?)> OfBuild(long id, CancellationToken ct)
    {
        if (database.Read(db => db.One<BuildRow>("""
            SELECT b.id, b.nvr, b.package, b.state, b.scratch, b.draft, b.srpm_nvr AS SrpmNvr, b.srpm_file AS SrpmFile, b.srpm_sha256 AS SrpmSha256, b.srpm_size AS SrpmSize, b.options,
              (SELECT max(r.ended_at - r.leased_at) / 1000.0 FROM build_tasks t JOIN task_runs r ON r.task_id = t.id WHERE t.build_id = b.id AND r.state = 'Succeeded') AS Seconds
            FROM builds b WHERE b.id = @id
            """, new { id })) is not { } build) return (null, new(404, $"There is no build {id}."));
        if (build.State != nameof(BuildState.Complete)) return (null, new(409, $"{build.Nvr} (build {id}) is not complete: it is {build.State.ToLowerInvariant()}. What it will bring is not known."));
        var packages = build.Scratch == 1 ? await OfScratch(build, ct) : [.. database.Read(db => TagContent.Packages(db, [id])).Select(one => one.Package)];
        if (packages.Count == 0) return (null, new(409, $"No packages of {build.Nvr} (build {id}) are kept."));
        var (first, why) = FirstOf(build);
        return (new(build.Package, build.Nvr, new HashSet<string> { build.Package }, packages, first, why), null);
    }

    /// <summary>A scratch build or a draft is built once more, for real; any other is there already.</summary>
    (FirstBuild? First, string? Why) FirstOf(BuildRow build)
    {
        var known = new KnownBuild(build.Id, build.Nvr, build.Package);
        if (build is not { Scratch: 0, Draft: 0 })
            return (new(known, new(build.SrpmNvr!, build.SrpmFile!, build.SrpmSha256!, build.SrpmSize), KeptOptions.Read(build.Options), IsThere: false, build.Seconds), null);
        return database.Read(db => TagContent.Builds(db, [build.Id])) is [{ Source: { } source }] ? (new(known, source, null, IsThere: true, 0), null)
            : (null, $"{build.Nvr} was imported without its source package; import that too (skyline import).");
    }

    sealed record FileRow(string FileName, string Sha256, string Name);

    /// <summary>Published nowhere: what its runs brought.</summary>
    async Task<IReadOnlyList<HeldPackage>> OfScratch(BuildRow build, CancellationToken ct)
    {
        var files = database.Read(db => db.All<FileRow>("""
            SELECT f.file_name AS FileName, f.sha256 AS Sha256, f.name AS Name FROM run_files f JOIN task_runs r ON r.id = f.run_id JOIN build_tasks t ON t.id = r.task_id
            WHERE t.build_id = @Id AND t.kind = 'buildArch' AND r.state = 'Succeeded' AND f.source_rpm IS NOT NULL
            """, build)).DistinctBy(file => file.FileName).Where(file => HeldRpm.ClassOf(file.Name, isSource: false) == RepoClass.Binary && blobs.Has(file.Sha256)).ToList();
        var packages = new List<HeldPackage>();
        foreach (var file in files)
        {
            using var room = headers.Enter();
            await using var stream = blobs.Open(file.Sha256);
            var package = await RpmPackage.Read(stream, file.FileName, room, ct);
            packages.Add(new(package.Nevra, build.Package, PackageCapabilities.Of(package)));
        }
        return packages;
    }

    static (NewLibrary?, Refusal?) OfPackages(IReadOnlyList<GivenPackage> given)
    {
        if (given.Count is 0 or > MostPackages || given.Any(one => one is not { File: not null, SourceRpm: not null, Provides: not null, Files: not null, Requires: not null }))
            return (null, new(400, $"Tell of between 1 and {MostPackages} packages: of each file, sourceRpm, provides, files and requires."));
        if (given.Sum(one => one.Provides.Count + one.Files.Count + one.Requires.Count) > MostEntries) return (null, new(400, $"Those packages provide and require more than {MostEntries} things."));
        var read = given.Select(one => (Nevra: Nevra.TryParse(one.File, out var nevra) ? nevra : null, Source: Nevra.TryParse(one.SourceRpm, out var source) ? source : null, Of: one)).ToList();
        if (read.Find(one => one.Nevra is null || one.Source is null) is { Of: { } odd }) return (null, new(400, $"'{odd.File}', built from '{odd.SourceRpm}', is no package's file name, or that no source package's."));
        var packages = read.Where(one => HeldRpm.ClassOf(one.Nevra!.Name, isSource: false) == RepoClass.Binary && one.Nevra.Arch is not ("src" or "nosrc"))
            .Select(one => new HeldPackage(one.Nevra!, one.Source!.Name, new(Dependencies(one.Of.Provides), [.. one.Of.Files.Order(StringComparer.Ordinal)], Dependencies(one.Of.Requires), [], []))).ToList();
        if (packages.Count == 0) return (null, new(400, "None of those is a package that programs are in."));
        var library = read.First(one => one.Source!.Name == packages[0].Source).Source!;
        return (new(library.Name, library.Nvr, packages.Select(package => package.Source).ToHashSet(), packages, null, "only its packages are known here. Import them with their source package (skyline plan-bump --start does, if that is among its files), or build that (skyline build --scratch), and begin from that build (--build)."), null);
    }

    static IReadOnlyList<Dependency> Dependencies(IReadOnlyList<string> texts) => [.. texts.Where(text => text is { Length: > 0 }).Select(Parsed)];

    /// <summary>As <see cref="Dependency.ToString"/> writes it.</summary>
    static Dependency Parsed(string text)
    {
        if (text.StartsWith('(') || text.Split(' ') is not [var name, var op, var evr]) return new(text, DependencyFlags.None, "");
        var flags = op switch
        {
            "<" => DependencyFlags.Less,
            "<=" => DependencyFlags.Less | DependencyFlags.Equal,
            "=" => DependencyFlags.Equal,
            ">=" => DependencyFlags.Greater | DependencyFlags.Equal,
            ">" => DependencyFlags.Greater,
            _ => DependencyFlags.None,
        };
        return flags == DependencyFlags.None ? new(text, DependencyFlags.None, "") : new(name, flags, evr);
    }
}
