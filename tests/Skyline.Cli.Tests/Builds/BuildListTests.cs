using Skyline.Cli.Tests.Running;
using Skyline.Cli.Tests.StandIn;
using Skyline.Protocol;

namespace Skyline.Cli.Tests.Builds;

public sealed class BuildListTests
{
    [Fact]
    public async Task The_newest_builds_come_first_and_no_more_than_asked_for()
    {
        await using var server = await StandInServer.Start();
        for (var i = 0; i < 5; i++) server.Builds.Add($"pkg{i}-1-1");

        using var run = await CliRun.Of(server, "builds", "--limit", "2");

        Assert.Equal(0, await run.Exit);
        Assert.Equal(["BUILD", "21", "20"], run.OutLines.Select(line => line.Split(' ')[0]));
        Assert.Contains("pkg4-1-1", run.OutLines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Builds_of_one_state_are_found_however_old()
    {
        await using var server = await StandInServer.Start();
        server.Builds.OnAdd = build => build.Id == 20 ? build.FailedBecause("no") : build.Completed();
        for (var i = 0; i < 450; i++) server.Builds.Add($"pkg{i}-1-1");

        using var run = await CliRun.Of(server, "builds", "--state", "failed", "--json");

        Assert.Equal(0, await run.Exit);
        Assert.Equal([20], run.Json().GetProperty("builds").EnumerateArray().Select(build => build.GetProperty("id").GetInt64()));
    }

    [Fact]
    public async Task A_cancelled_build_is_cancelled_and_a_complete_one_is_refused()
    {
        await using var server = await StandInServer.Start();
        server.Builds.OnAdd = build => build.Id == 18 ? build.Completed() : build;
        server.Builds.Add("a-1-1");
        server.Builds.Add("b-1-1");

        using var run = await CliRun.Of(server, "cancel", "17", "18");

        Assert.Equal((int)ExitCode.Refused, await run.Exit);
        Assert.Equal("17 a-1-1: cancelled\n", run.Out);
        Assert.Equal("Build 18 is complete; it cannot be cancelled any more.\n", run.Error);
        Assert.Equal(BuildState.Cancelled, server.Builds.Find(17)!.State);
    }

    [Theory]
    [InlineData("builds", "--limit", "0")]
    [InlineData("builds", "--limit", "x")]
    [InlineData("builds", "--state", "nosuch")]
    [InlineData("builds", "--state", "3")]
    [InlineData("watch", "x")]
    [InlineData("watch", "-5")]
    [InlineData("watch")]
    [InlineData("cancel", "1.5")]
    [InlineData("log")]
    [InlineData("log", "17", "--run", "5")]
    [InlineData("log", "--run", "5", "--arch", "x86_64")]
    [InlineData("nosuch")]
    [InlineData("tag")]
    [InlineData("tag", "create", "x")]
    [InlineData("build")]
    [InlineData("build", "--nosuch", "x")]
    [InlineData()]
    public async Task What_cannot_be_understood_is_2_with_a_sentence_and_a_document_when_asked(params string[] args)
    {
        await using var server = await StandInServer.Start();

        using var plain = await CliRun.Of(server, args);
        Assert.Equal((int)ExitCode.Usage, await plain.Exit);
        Assert.NotEqual("", plain.Error);
        Assert.Equal("", plain.Out);

        using var json = await CliRun.Of(server, [.. args, "--json"]);
        Assert.Equal((int)ExitCode.Usage, await json.Exit);
        Assert.Equal(2, json.Json().GetProperty("error").GetProperty("exitCode").GetInt32());
        Assert.Empty(server.Authorizations);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_broken_server_is_4_and_its_sentence_is_told(int status)
    {
        await using var server = await StandInServer.Start();
        server.Meddle = context => StandInServer.Refuse(context, status, "The disk is full; free some space.");

        using var run = await CliRun.Of(server, "builds");

        Assert.Equal((int)ExitCode.Unreachable, await run.Exit);
        Assert.Equal("The disk is full; free some space.\n", run.Error);
    }

    [Fact]
    public async Task Another_kind_of_server_is_named_as_such()
    {
        await using var server = await StandInServer.Start();
        server.Meddle = async context =>
        {
            await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, "<html>Welcome to nginx</html>");
            return true;
        };

        using var run = await CliRun.Of(server, "builds");

        Assert.Equal((int)ExitCode.Unreachable, await run.Exit);
        Assert.Contains("does not answer as a Skyline server does", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up()
    {
        await using var server = await StandInServer.Start();
        server.Meddle = async context =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
            return true;
        };

        using var run = await CliRun.Of(new CliWorld { Server = server.Url, Time = new HurriedTime(1000, deadlinesToo: true) }, "builds");

        Assert.Equal((int)ExitCode.Unreachable, await run.Exit);
        Assert.Contains("no answer within 100 seconds", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_too_large_to_be_true_is_not_held()
    {
        await using var server = await StandInServer.Start();
        server.Meddle = async context =>
        {
            context.Response.ContentType = "application/json";
            var much = new byte[1 << 20];
            Array.Fill(much, (byte)' ');
            for (var i = 0; i < 100; i++) await context.Response.Body.WriteAsync(much, context.RequestAborted);
            return true;
        };

        using var run = await CliRun.Of(server, "builds");

        Assert.Equal((int)ExitCode.Unreachable, await run.Exit);
        Assert.Contains("too large to be true", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_server_there_is_4_and_the_address_is_in_the_sentence()
    {
        using var run = await CliRun.Of(new CliWorld { Server = "http://127.0.0.1:1" }, "builds", "--json");

        Assert.Equal((int)ExitCode.Unreachable, await run.Exit);
        Assert.Equal("Cannot reach http://127.0.0.1:1: Connection refused; is the server running there?\n", run.Error);
        Assert.Equal(4, run.Json().GetProperty("error").GetProperty("exitCode").GetInt32());
    }
}
