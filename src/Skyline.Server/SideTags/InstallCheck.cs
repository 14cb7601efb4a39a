using System.Data;
using System.Globalization;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Externals;
using Skyline.Server.Keeping;
using Skyline.Server.Repos;
using Skyline.Server.Signing;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.SideTags;

/// <summary>
/// Whether what a tag would hold after a promotion can be installed: dnf's own solver is asked, over the metadata of exactly those
/// packages and of the pinned states of the external repositories beside them. What could not be installed before either does not count.
/// One check at a time: a distribution's metadata takes a gigabyte of memory.
/// </summary>
public sealed class InstallCheck(Database database, Blobs blobs, SignPackages sign, SigningKeys keys, Depsolver solver, SkylineSettings settings) : IDisposable
{
    public const string Rule = "installs";
    const int AtOnce = 200;
    readonly SemaphoreSlim turn = new(1, 1);
    readonly string checks = Emptied(Path.Combine(settings.Data, "checks"));

    /// <summary>What a killed process was checking is nobody's.</summary>
    static string Emptied(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        return folder;
    }

    internal async Task<PromoteGate> Check(PromotionPlan plan, CancellationToken ct)
    {
        if (await solver.WhyNot(ct) is { } missing)
            return Failed($"{missing} An administrator may promote without this check: --skip-install-check.");
        await turn.WaitAsync(ct);
        var folder = Directory.CreateDirectory(Path.Combine(checks, Guid.NewGuid().ToString("N"))).FullName;
        try
        {
            var content = database.Read(db => PromotedContent.Of(db, plan));
            if (content.Unpinned.Count > 0) return Failed($"Whether all can be installed cannot be told yet: {string.Join(", ", content.Unpinned)} {(content.Unpinned.Count == 1 ? "is" : "are")} not pinned yet; wait for the first pin, or see `skyline external show`.");
            if (content.Unsigned.Count > 0)
            {
                await sign.SignMissing(content.Unsigned, await keys.Of(plan.Into.Id, ct), ct);
                content = database.Read(db => PromotedContent.Of(db, plan));
            }
            return Judged(plan, content, await Answers(plan, content, folder, ct));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
            turn.Release();
        }
    }

    async Task<IReadOnlyList<(string Arch, DepsolveAnswer Answer)>> Answers(PromotionPlan plan, PromotedContent content, string folder, CancellationToken ct)
    {
        var answers = new List<(string, DepsolveAnswer)>();
        foreach (var arch in plan.Into.Arches)
        {
            var own = Directory.CreateDirectory(Path.Combine(folder, arch)).FullName;
            List<DepsolveRepo> repos = [];
            foreach (var (kind, packages) in content.Of(arch)) if (packages.Count > 0) repos.Add(Write(own, kind, packages));
            foreach (var pin in content.Pins.Where(pin => pin.Arch == arch)) repos.Add(await Link(own, pin, ct));
            answers.Add((arch, await solver.Ask(own, new(own, arch, settings.InstallCheckMemoryBytes, settings.InstallCheckSeconds, repos, content.KnowsAll), ct)));
        }
        return answers;
    }

    /// <summary>Packages of our own, each as it was described when it was signed.</summary>
    DepsolveRepo Write(string folder, string kind, IReadOnlyList<long> signed)
    {
        var files = MetadataKind.All.Take(2).Select(which => (Kind: which, Path: Path.Combine(folder, $"{kind}-{which.FileName(MetadataCompression.Zstd)}"))).ToList();
        var open = files.ConvertAll(file => File.Create(file.Path));
        try
        {
            for (var i = 0; i < open.Count; i++) open[i].Write(MetadataFrame.Head(files[i].Kind, signed.Count, MetadataCompression.Zstd).Bytes.Span);
            foreach (var some in signed.Chunk(AtOnce))
            {
                var xml = Fragments.Read(database, some);
                for (var i = 0; i < open.Count; i++) open[i].Write(MetadataFrame.Of(xml[i].Span, MetadataCompression.Zstd).Bytes.Span);
            }
            for (var i = 0; i < open.Count; i++) open[i].Write(MetadataFrame.Tail(files[i].Kind, MetadataCompression.Zstd).Bytes.Span);
        }
        finally
        {
            foreach (var file in open) file.Dispose();
        }
        var repomd = Path.Combine(folder, $"{kind}-repomd.xml");
        File.WriteAllText(repomd, string.Create(CultureInfo.InvariantCulture, $"<repomd xmlns=\"http://linux.duke.edu/metadata/repo\"><revision>{kind} {string.Join(' ', signed)}</revision></repomd>"));
        return new(kind, kind, repomd, files[0].Path, files[1].Path, 50);
    }

    /// <summary>A pinned state's metadata under its own name, which says how it is compressed.</summary>
    async Task<DepsolveRepo> Link(string folder, Pinned pin, CancellationToken ct)
    {
        var files = database.Read(db => db.All<(string Path, string Sha256)>("SELECT path, sha256 FROM external_files WHERE state_id = @StateId AND sha256 IS NOT NULL", pin)).ToDictionary(file => file.Path, file => file.Sha256);
        var repomd = Repomd.Read(await File.ReadAllBytesAsync(blobs.PathOf(files[Repomd.Path]), ct));
        return new($"external-{pin.Name}", "external", Linked(Repomd.Path)!, Linked(Of("primary"))!, Linked(Of("filelists")), pin.Priority);

        string? Of(string type) => repomd.Data.FirstOrDefault(data => data.Type == type)?.File.Path;

        string? Linked(string? path)
        {
            if (path is null || !files.TryGetValue(path, out var sha256)) return null;
            var name = Path.Combine(folder, $"{pin.Name}-{Path.GetFileName(path)}");
            Links.Make(blobs.PathOf(sha256), name);
            return name;
        }
    }

    static PromoteGate Judged(PromotionPlan plan, PromotedContent content, IReadOnlyList<(string Arch, DepsolveAnswer Answer)> answers)
    {
        if (answers.FirstOrDefault(one => one.Answer.Fault is not null) is { Answer: not null } faulty) return Failed($"Whether all can be installed could not be checked for {faulty.Arch}: {faulty.Answer.Fault}.");
        string[] problems = [.. answers.SelectMany(one => one.Answer.Problems!.Select(problem => $"{problem.Package}: {problem.Why}"))];
        var more = answers.Sum(one => one.Answer.More);
        var (looked, before, assumed) = (answers.Sum(one => one.Answer.Checked), answers.Sum(one => one.Answer.Before), answers.Sum(one => one.Answer.Assumed));
        var notes = (before > 0 ? $" {PromotionGates.Count(before, "package")} could not be installed before either." : "")
            + (content.KnowsAll || assumed == 0 ? "" : $" The chroot's repositories are not pinned here, so {PromotionGates.Count(assumed, "capability").Replace("capabilitys", "capabilities", StringComparison.Ordinal)} that nothing here provides {(assumed == 1 ? "was" : "were")} taken for granted.");
        return problems.Length + more == 0
            ? new(Rule, true, false, $"dnf finds a way to install {PromotionGates.Count(looked, "package")}: what comes, and what in '{plan.Into.Name}' depends on something that goes.{notes}", [])
            : PromotionGates.Gate(Rule, problems, "", $"{PromotionGates.Count(problems.Length + more, "package")} could not be installed any more.{notes}");
    }

    static PromoteGate Failed(string why) => new(Rule, false, false, why, []);

    public void Dispose() => turn.Dispose();
}
