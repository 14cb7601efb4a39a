using System.Text;
using Skyline.Cli.Tests.Running;
using Skyline.Cli.Tests.StandIn;
using Skyline.Protocol;

namespace Skyline.Cli.Tests.Logs;

public sealed class LogTests
{
    const long Run = 5017;

    [Fact]
    public async Task A_log_comes_through_a_pipe_byte_for_byte()
    {
        await using var server = await StandInServer.Start();
        server.Builds.OnAdd = Samples.Completed;
        server.Builds.Add("hello-2.12-1");
        byte[] bytes = [.. "first\r\n\e[31mred\e[0m"u8, 0xff, 0x00, 0x9b, .. "no newline at the end"u8];
        server.Logs.Append(Run, bytes);
        server.Logs.End(Run);

        using var run = await CliRun.Of(server, "log", "17");

        Assert.Equal(0, await run.Exit);
        Assert.Equal(bytes, run.OutBytes);
    }

    [Fact]
    public async Task On_a_terminal_nothing_in_a_log_drives_it()
    {
        await using var server = await StandInServer.Start();
        server.Logs.Append(Run, "a\e[1;31mred\e[0m b\r\nover\rwritten\ttab\e]0;title\aé\u202ex\u009b2J\e[12\e");
        server.Logs.End(Run);

        using var run = await CliRun.Of(new CliWorld { Server = server.Url, Terminal = true }, "log", "--run", "5017");

        Assert.Equal(0, await run.Exit);
        Assert.Equal("ared b\nover\nwritten\ttab␛]0;title␇é\ufffdx\ufffd2J␛[12␛", run.Out);
    }

    [Fact]
    public async Task A_followed_log_goes_on_from_the_same_byte_where_the_line_broke()
    {
        await using var server = await StandInServer.Start();
        server.Builds.OnAdd = build => build.Running(RunPhase.Rpmbuild);
        server.Builds.Add("hello-2.12-1");
        server.Logs.Append(Run, "one\ntwo\n");
        var run = CliRun.Start(new CliWorld { Server = server.Url, Time = new HurriedTime() }, "log", "17", "--follow");
        await run.Printed("two\n");

        server.Logs.CutOff();
        await run.Warned("Trying again");
        server.Logs.Append(Run, "three\n");
        await run.Printed("three\n");
        server.Builds.Change(17, Samples.Completed);
        server.Logs.End(Run);

        Assert.Equal(0, await run.Exit);
        Assert.Equal("one\ntwo\nthree\n", run.Out);
        Assert.Equal([0, 8], server.Logs.Offsets.Distinct());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_stops_in_good_order_does_not_end_a_log_that_goes_on(bool json)
    {
        await using var server = await StandInServer.Start();
        server.Builds.OnAdd = build => build.Running(RunPhase.Rpmbuild);
        server.Builds.Add("hello-2.12-1");
        server.Logs.Append(Run, "one ");
        var run = CliRun.Start(server, ["log", "17", "--follow", .. json ? (string[])["--json"] : []]);
        await run.Printed("one ");

        server.Logs.Close();
        server.Logs.Append(Run, "two ");
        await run.Printed("two ");
        server.Logs.Close();
        server.Logs.Append(Run, "three");
        await run.Printed("three");
        server.Builds.Change(17, Samples.Completed);
        server.Logs.End(Run);

        Assert.Equal((0, ""), (await run.Exit, run.Error));
        Assert.Equal("one two three", json ? run.Json().GetProperty("logs")[0].GetProperty("text").GetString() : run.Out);
        Assert.Equal(0, server.Logs.Offsets.First());
        Assert.DoesNotContain(0, server.Logs.Offsets.Skip(1));
    }

    [Fact]
    public async Task Follow_waits_for_a_log_to_begin_and_goes_on_with_the_next_builders_run()
    {
        await using var server = await StandInServer.Start();
        server.Builds.Add("hello-2.12-1");
        var run = CliRun.Start(server, "log", "17", "-f");
        await server.Builds.SomebodyWaitsFor(17);
        server.Logs.Append(Run, "from the first builder\n");
        server.Builds.Change(17, build => build.Running(RunPhase.Fetch));
        await run.Printed("first builder\n");

        var lost = Samples.Run(Run, RunState.Lost, RunPhase.Rpmbuild);
        server.Builds.Change(17, build => build with { Tasks = [Samples.Task(17, "x86_64", TaskState.Waiting, lost)] });
        server.Logs.End(Run);
        await server.Builds.SomebodyWaitsFor(17);
        server.Logs.Append(6017, "from the second builder\n");
        server.Logs.End(6017);
        server.Builds.Change(17, build => build with { State = BuildState.Complete, Tasks = [Samples.Task(17, "x86_64", TaskState.Succeeded, lost, Samples.Run(6017, RunState.Succeeded, RunPhase.Done))] });

        Assert.Equal(0, await run.Exit);
        Assert.Equal("from the first builder\nfrom the second builder\n", run.Out);
        Assert.Equal("Run 5017 was lost; this is run 6017 of build 17.\n", run.Error);
    }

    [Fact]
    public async Task A_build_without_a_log_says_what_it_waits_for()
    {
        await using var server = await StandInServer.Start();
        server.Builds.Add("hello-2.12-1");

        using var run = await CliRun.Of(server, "log", "17", "--json");

        Assert.Equal((int)ExitCode.Refused, await run.Exit);
        Assert.Equal("Build 17 has no log yet: Waiting: no builder is free (--follow waits for it)\n", run.Error);
        Assert.Equal(3, run.Json().GetProperty("error").GetProperty("exitCode").GetInt32());
    }

    [Fact]
    public async Task Of_a_build_from_git_the_log_of_what_was_made_of_it_is_meant_and_the_other_by_its_name()
    {
        await using var server = await StandInServer.Start();
        server.Builds.OnAdd = build => build with { State = BuildState.Complete, Tasks = [Of(601, "buildSRPM", "src"), Of(602, "buildArch", "x86_64")] };
        server.Builds.Add("a-1-1");
        foreach (var (log, text) in new[] { (6010L, "packed"), (6020L, "compiled") })
        {
            server.Logs.Append(log, text);
            server.Logs.End(log);
        }

        using var usual = await CliRun.Of(server, "log", "17");
        using var source = await CliRun.Of(server, "log", "17", "--arch", "src");

        Assert.Equal((0, "compiled"), (await usual.Exit, usual.Out));
        Assert.Equal((0, "packed"), (await source.Exit, source.Out));

        static TaskDetails Of(long id, string kind, string arch) => new(id, kind, arch, TaskState.Succeeded, null, [Samples.Run(id * 10, RunState.Succeeded, RunPhase.Done)]);
    }

    [Fact]
    public async Task Of_several_architectures_one_is_named_or_the_one_that_failed_is_meant()
    {
        await using var server = await StandInServer.Start();
        TaskDetails Arch(long id, string arch, TaskState state) => new(id, "buildArch", arch, state, null, [Samples.Run(id * 10, RunState.Succeeded, RunPhase.Done)]);
        server.Builds.OnAdd = build => build with { State = BuildState.Failed, Tasks = [Arch(601, "x86_64", TaskState.Succeeded), Arch(602, "aarch64", build.Id == 17 ? TaskState.Succeeded : TaskState.Failed)] };
        server.Builds.Add("a-1-1");
        server.Builds.Add("b-1-1");
        foreach (var (log, text) in new[] { (6010L, "x86"), (6020L, "arm") })
        {
            server.Logs.Append(log, text);
            server.Logs.End(log);
        }

        using var unclear = await CliRun.Of(server, "log", "17");
        using var named = await CliRun.Of(server, "log", "17", "--arch", "aarch64");
        using var failed = await CliRun.Of(server, "log", "18");
        using var missing = await CliRun.Of(server, "log", "17", "--arch", "s390x");

        Assert.Equal((2, "Which log? Build 17 has several; name one with --arch: x86_64, aarch64.\n"), (await unclear.Exit, unclear.Error));
        Assert.Equal("arm", named.Out);
        Assert.Equal("arm", failed.Out);
        Assert.Equal((3, "Build 17 has no s390x; it has x86_64, aarch64.\n"), (await missing.Exit, missing.Error));
    }

    [Fact]
    public async Task As_json_a_log_is_one_document_also_where_its_bytes_are_no_text()
    {
        await using var server = await StandInServer.Start();
        server.Logs.Append(Run, [.. "\"quoted\"\e[0m "u8, 0xc3]);
        server.Logs.Append(Run, [0xa9, 0xff]);
        server.Logs.End(Run);

        using var run = await CliRun.Of(server, "log", "--run", "5017", "--json");

        Assert.Equal(0, await run.Exit);
        var log = run.Json().GetProperty("logs")[0];
        Assert.Equal((Run, "\"quoted\"\e[0m é\ufffd"), (log.GetProperty("run").GetInt64(), log.GetProperty("text").GetString()));
    }

    [Fact]
    public async Task An_unknown_run_is_refused_in_the_servers_words()
    {
        await using var server = await StandInServer.Start();

        using var run = await CliRun.Of(server, "log", "--run", "9", "--json");

        Assert.Equal((3, "There is no run 9.\n"), (await run.Exit, run.Error));
        Assert.Equal(404, run.Json().GetProperty("error").GetProperty("status").GetInt32());
    }

    [Fact]
    public void However_a_log_is_cut_into_pieces_it_reads_the_same()
    {
        var bytes = Encoding.UTF8.GetBytes("é\e[1;31mred\e[0m\r\n\e]0;t\a\e[12\e\e[\r\rüx\u202e\u009b\e[ qok\e");
        var whole = Filtered(bytes);

        for (var first = 0; first <= bytes.Length; first++)
            for (var second = first; second <= bytes.Length; second++)
                Assert.Equal(whole, Filtered(bytes[..first], bytes[first..second], bytes[second..]));

        static string Filtered(params byte[][] pieces)
        {
            using var to = new StringWriter();
            var filter = new Terminal.TerminalFilter(to);
            foreach (var piece in pieces) filter.Write(piece);
            filter.End();
            return to.ToString();
        }
    }
}
