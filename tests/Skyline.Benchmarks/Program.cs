using Skyline.Benchmarks;
using Skyline.Benchmarks.Builders;
using Skyline.Benchmarks.Core;
using Skyline.Benchmarks.People;
using Skyline.Benchmarks.Repos;
using Skyline.Benchmarks.Ui;

// skyline-bench [GROUP] [--json FILE]: measures one group ("repos"), a part of it ("repos/serving") or all, and ends 0 whether or not goals hold.
// skyline-bench corpus FOLDER COUNT MEDIAN-PAYLOAD-BYTES: writes the packages that are measured, to look at them or to profile with.
// skyline-bench WORKER …: what a benchmark measures in a process of its own.
(string Group, Func<IEnumerable<BenchResult>> Run)[] groups =
[
    ("main", MetadataBench.Run),
    ("main", BuildShare.Run),
    ("main", ServerMemory.Run),
    ("core/latest", LatestBench.Run),
    ("repos/snapshots", SnapshotBench.Run),
    ("repos/advisories", AdvisoryBench.Run),
    ("repos/serving", ServingBench.Run),
    ("core/plan", PlanBench.Run),
    ("core/handoff", HandoffBench.Run),
    ("builders/share", WarmBench.Run),
    ("builders/mock", MockBench.Run),
    ("builders/slots", SlotsBench.Run),
    ("builders/log", LogBench.Run),
    ("core/cycles", CyclesBench.Run),
    ("core/submit", SubmitBench.Run),
    ("people/tokens", TokenBench.Run),
    ("people/audit", AuditBench.Run),
    ("people/sign-ins", SignInBench.Run),
    ("people/hooks", HookBench.Run),
    ("ui/pages", PagesBench.Run),
    ("ui/log", WatchersBench.Run),
    ("ui/first", FirstPageBench.Run),
];

if (args is [MetadataWorker.Name, var folder, var output, ..])
    return await MetadataWorker.Run(folder, output, args[3..]);
if (args is [RepoWorker.Name, var data, var packages, var more])
    return await RepoWorker.Run(data, packages, more);
if (args is [CycleWorker.Name, var address, var tokens, var slots, var warming, var seconds, var book])
    return await CycleWorker.Run(address, tokens, int.Parse(slots), double.Parse(warming, System.Globalization.CultureInfo.InvariantCulture), double.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture), book);
if (args is [WaitWorker.Name, var server, var builders])
    return await WaitWorker.Run(server, builders);
if (args is ["corpus", var into, var count, var median])
{
    foreach (var package in Skyline.Testing.Rpms.SyntheticCorpus.Packages(int.Parse(count), int.Parse(median))) package.WriteTo(into);
    return 0;
}

var json = args.SkipWhile(a => a != "--json").Skip(1).FirstOrDefault();
var wanted = args.FirstOrDefault(a => a != "--json" && a != json);
if (wanted is not null && groups.All(g => !Is(g.Group, wanted)))
{
    Console.Error.WriteLine($"There is no group of benchmarks named \"{wanted}\"; there are: {string.Join(", ", groups.Select(g => g.Group).Distinct())}.");
    return 2;
}
var results = new List<BenchResult>();
foreach (var result in groups.Where(g => wanted is null || Is(g.Group, wanted)).SelectMany(g => g.Run()))
{
    BenchReport.Print(result);
    results.Add(result);
}
if (json is not null)
    BenchReport.Save(json, results);
return 0;

static bool Is(string group, string wanted) => group == wanted || group.StartsWith(wanted + "/", StringComparison.Ordinal);
