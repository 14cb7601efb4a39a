using Skyline.Cli.Doctors;
using Skyline.Cli.Tests.Running;
using Skyline.Protocol;
using Skyline.Server.Tests;

namespace Skyline.Cli.Tests.Doctors;

/// <summary>`skyline doctor` and `skyline backup` against the server itself.</summary>
public sealed class DoctorTests
{
    static string State(CliRun run, string check) => run.Json().GetProperty("findings").EnumerateArray().First(one => one.GetProperty("check").GetString() == check).GetProperty("state").GetString()!;

    [Fact]
    public async Task What_is_well_is_told_with_what_is_not_and_its_cure()
    {
        await using var served = await Served.Start();
        await served.Builder.TryLease();

        using var json = await served.Run("doctor --json");
        using var plain = await served.Run("doctor");

        Assert.Equal((0, 0), (await json.Exit, await plain.Exit));
        foreach (var check in new[] { "server", "token", "clock", "builders seen", "repository", "database", "backups" }) Assert.Equal("Ok", State(json, check));
        Assert.Contains("ok      repository: The repository of paper is served, and signed with its key.", plain.Out);
        Assert.Contains("Cure: Set PublicUrl", plain.Out);
    }

    [Fact]
    public async Task A_server_whose_clock_is_wrong_and_a_token_that_is_none_are_faults()
    {
        await using var served = await Served.Start();
        var world = new CliWorld { Server = served.Site.Address.ToString(), Time = new Later() };
        world.Env["SKYLINE_TOKEN"] = "nonsense";

        using var run = await CliRun.Of(world, "doctor", "--json");

        Assert.Equal((int)ExitCode.Damaged, await run.Exit);
        Assert.Equal(("Fault", "Fault", "Ok"), (State(run, "clock"), State(run, "token"), State(run, "server")));
    }

    sealed class Later : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddMinutes(20);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_with_where_to_look()
    {
        var world = new CliWorld { Server = "http://127.0.0.1:9/" };
        world.Env["SKYLINE_TOKEN"] = "any";

        using var run = await CliRun.Of(world, "doctor");

        Assert.Equal((int)ExitCode.Unreachable, await run.Exit);
        Assert.Contains("FAULT   server: Cannot reach http://127.0.0.1:9", run.Out);
        Assert.Contains("skyline-server doctor", run.Out);
    }

    [Fact]
    public void Units_and_the_firewall_are_read_from_what_their_own_programs_say()
    {
        Assert.Equal(HealthState.Ok, ThisMachine.Unit("skyline-server", "loaded\nactive\n")!.State);
        Assert.Contains("enable --now skyline-builder", ThisMachine.Unit("skyline-builder", "loaded\ninactive\n")!.Cure);
        Assert.Null(ThisMachine.Unit("skyline-server", "not-found\ninactive\n"));
        Assert.Contains("--add-port=8420/tcp", ThisMachine.Firewall("8420", "no\n")!.Says);
        Assert.Null(ThisMachine.Firewall("8420", ""));
    }

    [Fact]
    public async Task A_backup_is_made_where_the_settings_say_and_refused_where_they_say_nothing()
    {
        using var folder = new TempFolder();
        await using (var none = await Served.Start()) Assert.Contains("Skyline__Backup__Folder", await none.Says("backup", ExitCode.Refused));
        await using var served = await Served.Start(await Site.Open(null, null, $"--Skyline:Backup:Folder={folder.Path}"));

        Assert.Contains($"{folder.Path}/", await served.Says("backup"));
        Assert.Single(Directory.GetFiles(folder.Path, "manifest.json", SearchOption.AllDirectories));
    }
}
