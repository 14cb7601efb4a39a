using System.Data;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tasks;

namespace Skyline.Server.Tags;

/// <summary>
/// Buildroots of a tag are made by another chroot from now on. What is built stays, and what runs goes on as it was begun; what waits is built
/// in the new one, by builders that can: its line says which, and is another where the new chroot's buildroots are of another architecture.
/// </summary>
/// <param name="Hosts">By architecture: which one's builders do it, before and after.</param>
/// <param name="WhyNot">Null: it can be.</param>
sealed record ChangeChroot(Tag Tag, Chroot To, IReadOnlyDictionary<string, (string Before, string After)> Hosts, Refusal? WhyNot)
{
    const int MostNamed = 5;

    public static ChangeChroot Of(Chroots chroots, Tag tag, Tag after)
    {
        var (from, to) = (chroots.Find(tag.Chroot), chroots.Find(after.Chroot)!);
        var lacking = after.Arches.Where(arch => !to.Arches.ContainsKey(arch)).ToList();
        return new(tag, to, tag.Arches.Union(after.Arches).Where(to.Arches.ContainsKey).ToDictionary(arch => arch, arch => (HostOf(from, arch), HostOf(to, arch))), lacking.Count == 0 ? null : new(409,
            $"Chroot '{to.Name}' has no {string.Join(", ", lacking)}, which '{tag.Name}' is built for; it has {string.Join(", ", to.Arches.Keys)}. Take another chroot, or give the tag other architectures with it: skyline tag set {tag.Name} --chroot {to.Name} --arch {to.Arches.Keys.First()}"));
    }

    static string HostOf(Chroot? chroot, string arch) => chroot?.Arches.GetValueOrDefault(arch)?.Buildroot ?? arch;

    sealed record Heir(string Name, string Chroot);

    /// <summary>What it means, beside that it is so.</summary>
    public IEnumerable<string> Notes(IDbConnection db)
    {
        yield return $"Buildroots of '{Tag.Name}' are made by {To.Name} ({To.Title}) from then on. What is built stays as it is; build it again where it should be of {To.Name} (skyline mass-rebuild).";
        var waiting = db.One<long>($"SELECT count(*) FROM task_runs r {OfTag} AND r.state = 'Waiting'", new { Tag.Id });
        if (waiting > 0) yield return $"{(waiting == 1 ? "1 run that waits is" : $"{waiting} runs that wait are")} made in it too.";
        var begun = db.All<long>($"SELECT DISTINCT t.build_id FROM task_runs r {OfTag} AND r.state = 'Running' ORDER BY t.build_id", new { Tag.Id });
        if (begun.Count > 0)
            yield return $"Running, and going on in {Tag.Chroot}: build {string.Join(", ", begun.Take(MostNamed))}{(begun.Count > MostNamed ? $" and {begun.Count - MostNamed} more" : "")}. An architecture of {(begun.Count == 1 ? "it" : "theirs")} that still waits is made in {To.Name}; cancel what should not be of both.";
        if (!db.One<bool>("SELECT EXISTS (SELECT 1 FROM builder_engines e JOIN builders b ON b.id = e.builder_id WHERE e.engine = @Needs AND b.enabled = 1)", new { To.Needs }))
            yield return $"No builder here can make its buildroots yet: they need {To.Needs}.";
        var heirs = db.All<Heir>("SELECT t.name AS Name, t.chroot AS Chroot FROM tag_kin k JOIN tags t ON t.id = k.tag_id WHERE k.from_id = @Id AND t.removed_at IS NULL AND t.chroot <> @Name ORDER BY t.name", new { Tag.Id, To.Name });
        if (heirs.Count > 0)
            yield return $"A chroot is not inherited: {string.Join(", ", heirs.Take(MostNamed).Select(heir => $"'{heir.Name}' stays on {heir.Chroot}"))}{(heirs.Count > MostNamed ? $", and so do {heirs.Count - MostNamed} more" : "")}.";
    }

    /// <summary>Runs r whose buildroots are made of the tag as it is when they are claimed.</summary>
    const string OfTag = "JOIN build_tasks t ON t.id = r.task_id AND t.like_run_id IS NULL JOIN builds b ON b.id = t.build_id JOIN targets d ON d.id = b.target_id WHERE d.build_tag_id = @Id";

    sealed record Waiting
    {
        public long Task { get; init; }
        public required string Arch { get; init; }
        public required string Hosts { get; init; }
    }

    /// <summary>What waits stands where builders of the new buildroots look. (Which engine they need, a line has from the tag.)</summary>
    public static void Move(IDbTransaction tx, Tag tag, IReadOnlyDictionary<string, (string Before, string After)> hosts)
    {
        if (hosts.Values.All(host => host.Before == host.After)) return;
        var waiting = tx.All<Waiting>($"SELECT DISTINCT t.id AS Task, t.arch AS Arch, n.hosts AS Hosts FROM task_runs r JOIN lines n ON n.id = r.line_id {OfTag} AND r.state = 'Waiting'", new { tag.Id });
        foreach (var one in waiting)
        {
            var before = one.Hosts.Split(',');
            // A package that is noarch altogether, or a source package, is made by any builder that its architectures have.
            string[] after = [.. hosts.Where(host => one.Arch == host.Key || Recipe.IsAnyones(one.Arch) && before.Contains(host.Value.Before)).Select(host => host.Value.After).Distinct()];
            if (after.Length > 0 && before.Contains(Sources.SubmitSource.Arch)) after = [.. after, Sources.SubmitSource.Arch];
            if (after.Length == 0 || after.ToHashSet().SetEquals(before)) continue;
            tx.Execute("DELETE FROM task_hosts WHERE task_id = @Task", one);
            foreach (var arch in after) tx.Execute("INSERT INTO task_hosts (task_id, arch) VALUES (@Task, @arch)", new { one.Task, arch });
            QueueRun.Move(tx, one.Task);
        }
    }
}
