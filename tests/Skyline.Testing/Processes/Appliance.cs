using System.Reflection;
using Skyline.Protocol;

namespace Skyline.Testing;

/// <summary>A server and builders as processes, with data of their own, on TestOS.</summary>
public sealed class Appliance : IAsyncDisposable
{
    readonly List<ProgramProcess> builders = [];

    Appliance(string folder, int? leaseSeconds, IReadOnlyDictionary<string, string> settings, CancellationToken ct)
    {
        (Folder, Ct) = (folder, ct);
        var all = new Dictionary<string, string>(settings) { ["Skyline__HeartbeatSeconds"] = "1" };
        if (leaseSeconds is { } seconds) all["--Skyline:LeaseSeconds"] = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Server = new(Path.Combine(folder, "server"), all);
    }

    CancellationToken Ct { get; }
    public string Folder { get; }
    public ServerProcess Server { get; }
    public SkylineClient Admin => Server.Admin();

    /// <param name="ct">The test's own: it ends every wait here.</param>
    /// <param name="leaseSeconds">null: the server's own choice.</param>
    public static async Task<Appliance> Start(CancellationToken ct, int? leaseSeconds = 20, IReadOnlyDictionary<string, string>? settings = null)
    {
        var appliance = new Appliance(Directory.CreateTempSubdirectory("skyline-scenario-").FullName, leaseSeconds, settings ?? new Dictionary<string, string>(), ct);
        await appliance.Server.Start();
        return appliance;
    }

    public Task<ProgramProcess> StartLocalBuilder() => StartBuilder("local", Server.BuilderTokenFile);

    /// <param name="freshData">Without the buildroots that earlier scenarios have filled.</param>
    /// <param name="within">What its command is put behind: a network of its own.</param>
    public async Task<ProgramProcess> StartBuilder(string name, bool freshData = false, IReadOnlyList<string>? within = null, int slots = 1)
    {
        var file = Path.Combine(Folder, name + ".token");
        await File.WriteAllTextAsync(file, (await Admin.EnrolBuilder(new NewBuilder(name, name + "-owner"), Ct)).Token, Ct);
        return await StartBuilder(name, file, freshData, within, slots);
    }

    /// <summary>The next life of one that was killed, on what it left.</summary>
    public Task<ProgramProcess> StartAgain(string name, bool freshData = false) => StartBuilder(name, Path.Combine(Folder, name + ".token"), freshData);

    async Task<ProgramProcess> StartBuilder(string name, string tokenFile, bool freshData = false, IReadOnlyList<string>? within = null, int slots = 1)
    {
        // One folder of buildroots for all tests of a project: what one has filled, the next finds. Projects run beside each other.
        var kept = Path.Combine(Checkout.Root, "artifacts", "builders", Assembly.GetEntryAssembly()!.GetName().Name!);
        var data = Path.Combine(freshData ? Folder : kept, name);
        var builder = BuilderProcess.Start(Server.Address, tokenFile, data, slots: slots, within: within);
        builders.Add(builder);
        // A builder that cannot work here says so and ends; waiting for its builds would be in vain.
        await builder.Line(" works for ").WaitAsync(Ct);
        return builder;
    }

    public async Task<BuildDetails> Submit(string srpm, string target = "testos", bool scratch = false)
    {
        await using var file = File.OpenRead(srpm);
        return await Admin.Submit(file, Path.GetFileName(srpm), target, scratch, Ct);
    }

    /// <summary>The build once it is as wanted; the test's own time limit ends a wait in vain.</summary>
    public async Task<BuildDetails> Until(long build, Func<BuildDetails, bool> wanted)
    {
        var now = await Admin.Build(build, Ct);
        while (!wanted(now))
        {
            if (now.State is BuildState.Failed or BuildState.Cancelled or BuildState.Complete)
                throw new InvalidOperationException($"Build {build} is {now.State}: {now.Why}\n{await Log(now)}\n{string.Join('\n', builders.Select(builder => builder.Output))}");
            now = await Admin.WaitBuild(build, now.Revision, 30, Ct);
        }
        return now;
    }

    public Task<BuildDetails> UntilComplete(long build) => Until(build, now => now.State == BuildState.Complete);

    async Task<string> Log(BuildDetails build)
    {
        var run = build.Tasks.SelectMany(task => task.Runs).LastOrDefault();
        if (run is null) return "";
        using var reader = new StreamReader(await Admin.OpenLog(run.Id, 0, follow: false, Ct));
        return await reader.ReadToEndAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var builder in builders)
        {
            if (!builder.HasExited) await builder.Terminate(CancellationToken.None);
            await builder.DisposeAsync();
        }
        await Server.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
