using System.Buffers.Binary;
using Skyline.Protocol;

namespace Skyline.Cli.Tests.StandIn;

/// <summary>Records with something in every field, and ids that differ: build 17 has task 170 and run 5017.</summary>
static class Samples
{
    static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    public static long RunOf(long build) => 5000 + build;

    public static BuildDetails Build(long id, string nvr) => new(
        id, 1, nvr, "testos", false, BuildState.Waiting, "Waiting: no builder is free", "alice", Noon, null, null,
        [Task(id, "x86_64", TaskState.Waiting)], [], new Dictionary<string, double>());

    public static BuildDetails Running(this BuildDetails build, RunPhase phase) => build with
    {
        State = BuildState.Building,
        Why = null,
        Tasks = [Task(build.Id, "x86_64", TaskState.Running, Run(RunOf(build.Id), RunState.Running, phase))],
    };

    public static BuildDetails Completed(this BuildDetails build) => build with
    {
        State = BuildState.Complete,
        Why = null,
        Snapshot = "ab12",
        EndedAt = Noon.AddSeconds(9),
        Tasks = [Task(build.Id, "x86_64", TaskState.Succeeded, Run(RunOf(build.Id), RunState.Succeeded, RunPhase.Done))],
        Rpms = [new RpmDetails($"{build.Nvr}.x86_64", $"{build.Nvr}.x86_64.rpm", "x86_64", 123456, "00", "11", "/blobs/00")],
        Timings = new Dictionary<string, double> { ["queue"] = 0.2, ["rpmbuild"] = 7.25 },
    };

    public static BuildDetails FailedBecause(this BuildDetails build, string why, params string[] lines) => build with
    {
        State = BuildState.Failed,
        Why = why,
        Tasks = [Task(build.Id, "x86_64", TaskState.Failed, Run(RunOf(build.Id), RunState.Failed, RunPhase.Rpmbuild) with { Why = why, FailingLines = lines, FailingPlaces = [.. lines.Select((_, at) => new LogPlace(1234 + at, 56_789))] })],
    };

    public static TaskDetails Task(long build, string arch, TaskState state, params RunDetails[] runs) => new(build * 10, "buildArch", arch, state, null, runs);

    public static RunDetails Run(long id, RunState state, RunPhase phase) => new(id, "local", state, phase, null, [], Noon, null, 0, [], null);

    public static BuildSummary Summary(BuildDetails build) => new(
        build.Id, build.Nvr, build.Target, build.Scratch, build.State, build.Why, build.Owner, build.SubmittedAt, build.EndedAt);

    public static KeyDetails Key(char digit, string? tag, KeyState state) => new(
        new string(digit, 40), tag, "Ed25519", "Skyline <skyline@example.org>", state, false, Noon, null, state == KeyState.Next ? "3 packages are still to be signed with it." : null);

    public static TagDetails Tag(string name) => new(
        name, "testos", ["x86_64"], "8d3f0c44aa55bb66", Noon, [Summary(Build(3, "hello-2.12-1"))], $"[{name}]\nname=Skyline {name}\ngpgcheck=1\n");

    /// <summary>A file that begins as a source package does; the rest is a hole, and takes no space.</summary>
    public static string SourceRpm(string folder, string name, long size = 1000, ushort type = 1)
    {
        var lead = new byte[96];
        BinaryPrimitives.WriteUInt32BigEndian(lead, 0xedabeedb);
        lead[4] = 3;
        BinaryPrimitives.WriteUInt16BigEndian(lead.AsSpan(6), type);
        var path = Path.Combine(folder, name);
        using var file = File.Create(path);
        file.Write(lead);
        file.SetLength(size);
        return path;
    }
}
