using Skyline.Cli.Tests.Running;
using Skyline.Cli.Tests.StandIn;
using Skyline.Protocol;

namespace Skyline.Cli.Tests.Tags;

public sealed class TagTests
{
    [Fact]
    public async Task The_repo_file_is_printed_as_it_is()
    {
        await using var server = await StandInServer.Start();

        using var plain = await CliRun.Of(server, "repo", "testos");
        using var json = await CliRun.Of(server, "repo", "testos", "--json");

        Assert.Equal((0, "[testos]\nname=Skyline testos\ngpgcheck=1\n"), (await plain.Exit, plain.Out));
        Assert.Equal(plain.Out, json.Json().GetProperty("repoFile").GetString());
    }

    [Fact]
    public async Task Tags_are_made_listed_and_shown()
    {
        await using var server = await StandInServer.Start();

        using var made = await CliRun.Of(server, "tag", "create", "side-7", "--chroot", "fedora-43", "--arch", "x86_64", "--arch", "aarch64");
        using var list = await CliRun.Of(server, "tag", "list");
        using var shown = await CliRun.Of(server, "tag", "show", "side-7", "--json");
        using var missing = await CliRun.Of(server, "tag", "show", "side 9?x");

        Assert.Equal(0, await made.Exit);
        Assert.Equal(["TAG     CHROOT     ARCHES          BUILDS  SNAPSHOT", "testos  testos     x86_64          1       8d3f0c44aa55", "side-7  fedora-43  x86_64 aarch64  1       8d3f0c44aa55"], list.OutLines);
        Assert.Equal("fedora-43", shown.Json().GetProperty("chroot").GetString());
        Assert.Equal((3, "There is no tag side 9?x.\n"), (await missing.Exit, missing.Error));
    }

    [Fact]
    public async Task Targets_are_made_listed_and_shown()
    {
        await using var server = await StandInServer.Start();

        using var same = await CliRun.Of(server, "target", "create", "staging", "--build-tag", "testos");
        using var other = await CliRun.Of(server, "target", "create", "release", "--build-tag", "testos", "--destination", "release-tag", "--json");
        using var shown = await CliRun.Of(server, "target", "show", "release");
        using var missing = await CliRun.Of(server, "target", "show", "nosuch");

        Assert.Equal(0, await same.Exit);
        Assert.Equal([new TargetDetails("staging", "testos", "testos"), new TargetDetails("release", "testos", "release-tag")], server.Targets.Skip(1));
        Assert.Equal("release-tag", other.Json().GetProperty("destinationTag").GetString());
        Assert.StartsWith("release  testos     release-tag", shown.OutLines[1]);
        Assert.Equal((3, "There is no target nosuch; see: skyline target list\n"), (await missing.Exit, missing.Error));
    }

    [Fact]
    public async Task A_builders_token_is_alone_on_standard_output()
    {
        await using var server = await StandInServer.Start();

        using var added = await CliRun.Of(server, "builder", "add", "big");

        Assert.Equal((0, "skb_secret\n"), (await added.Exit, added.Out));
        Assert.Contains($"skyline-builder --server {server.Url} --token-file", added.Error, StringComparison.Ordinal);
        Assert.Equal(("big", "alice"), (server.Builders[^1].Name, server.Builders[^1].Owner));
    }

    [Fact]
    public async Task Builders_are_switched_off_and_on()
    {
        await using var server = await StandInServer.Start();

        using var off = await CliRun.Of(server, "builder", "disable", "local");
        using var list = await CliRun.Of(server, "builder", "list", "--json");
        using var on = await CliRun.Of(server, "builder", "enable", "local");
        using var missing = await CliRun.Of(server, "builder", "enable", "nosuch");

        Assert.Contains("disabled", off.Out, StringComparison.Ordinal);
        Assert.False(list.Json()[0].GetProperty("enabled").GetBoolean());
        Assert.Contains("enabled", on.Out, StringComparison.Ordinal);
        Assert.Equal((3, "There is no such builder.\n"), (await missing.Exit, missing.Error));
    }

    [Fact]
    public async Task A_builder_is_drained_with_a_reason()
    {
        await using var server = await StandInServer.Start();

        using var drain = await CliRun.Of(server, "builder", "drain", "local", "--reason", "new kernel");

        Assert.Equal(0, await drain.Exit);
        Assert.Contains("draining", drain.Out, StringComparison.Ordinal);
        Assert.Equal("new kernel", server.Builders.Single(builder => builder.Name == "local").Reason);
    }

    [Fact]
    public async Task A_builder_is_shown_with_its_machine_and_its_runs_and_what_it_says_is_made_harmless()
    {
        await using var server = await StandInServer.Start();

        using var shown = await CliRun.Of(server, "builder", "show", "local");

        Assert.Equal(0, await shown.Exit);
        Assert.Contains("local: enabled", shown.OutLines[0], StringComparison.Ordinal);
        Assert.Contains(shown.OutLines, line => line.Contains("processors", StringComparison.Ordinal) && line.EndsWith("16", StringComparison.Ordinal));
        Assert.Contains(shown.OutLines, line => line.StartsWith("5003", StringComparison.Ordinal) && line.Contains("lost", StringComparison.Ordinal) && line.EndsWith("its disk is full.", StringComparison.Ordinal));
        Assert.DoesNotContain("\u001b", shown.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_builder_is_weighed_and_put_into_a_channel()
    {
        await using var server = await StandInServer.Start();

        using var edit = await CliRun.Of(server, "builder", "edit", "local", "--weight", "40", "--json");
        using var channel = await CliRun.Of(server, "builder", "channel", "add", "big", "default");
        using var missing = await CliRun.Of(server, "builder", "channel", "add", "big", "nosuch");

        Assert.Equal(40, edit.Json().GetProperty("builder").GetProperty("weight").GetInt32());
        Assert.Equal("default  local big  testos", channel.OutLines[1]);
        Assert.Equal((3, "There is no such channel.\n"), (await missing.Exit, missing.Error));
    }
}
