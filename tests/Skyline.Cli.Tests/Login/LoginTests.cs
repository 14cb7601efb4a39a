using Skyline.Cli.Tests.Running;
using Skyline.Cli.Tests.StandIn;

namespace Skyline.Cli.Tests.Login;

public sealed class LoginTests
{
    [Fact]
    public async Task A_login_is_kept_for_its_owner_only_and_used_by_the_next_command()
    {
        await using var server = await StandInServer.Start();
        using var home = new TempFolder();
        var world = CliWorld.WithHome(home);

        using var login = await CliRun.Of(world, "login", server.Url, "--token-file", home.File("token", $"{StandInServer.Token}\n"));
        Assert.Equal((0, ""), (await login.Exit, login.Error));
        Assert.StartsWith($"Logged in to {server.Url} as alice (administrator)", login.Out, StringComparison.Ordinal);

        var kept = Path.Combine(home.Path, ".config", "skyline", "config.json");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(kept));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(kept)!));

        using var next = await CliRun.Of(world, "target", "list");
        Assert.Equal(0, await next.Exit);
        Assert.Contains("testos", next.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task XDG_CONFIG_HOME_is_where_a_login_is_kept()
    {
        await using var server = await StandInServer.Start();
        using var home = new TempFolder();
        var world = CliWorld.WithHome(home);
        world.Env["XDG_CONFIG_HOME"] = Path.Combine(home.Path, "xdg");

        using var login = await CliRun.Of(world, "login", server.Url, "--token", StandInServer.Token);

        Assert.Equal(0, await login.Exit);
        Assert.True(File.Exists(Path.Combine(home.Path, "xdg", "skyline", "config.json")));
        Assert.False(Directory.Exists(Path.Combine(home.Path, ".config")));
    }

    [Fact]
    public async Task A_wrong_token_is_refused_and_the_login_before_it_stays()
    {
        await using var server = await StandInServer.Start();
        using var home = new TempFolder();
        var world = CliWorld.WithHome(home);
        await CliRun.Of(world, "login", server.Url, "--token", StandInServer.Token);

        using var wrong = await CliRun.Of(world, "login", server.Url, "--token", "sky_wrong");

        Assert.Equal((int)ExitCode.Refused, await wrong.Exit);
        Assert.StartsWith("The token is not known here.", wrong.Error, StringComparison.Ordinal);
        using var next = await CliRun.Of(world, "target", "list");
        Assert.Equal(0, await next.Exit);
    }

    [Fact]
    public async Task The_saved_token_is_shown_to_no_other_server()
    {
        await using var server = await StandInServer.Start();
        await using var stranger = await StandInServer.Start();
        using var home = new TempFolder();
        var world = CliWorld.WithHome(home);
        await CliRun.Of(world, "login", server.Url, "--token", StandInServer.Token);

        using var run = await CliRun.Of(world, "target", "list", "--server", stranger.Url);

        Assert.Equal((int)ExitCode.Refused, await run.Exit);
        Assert.Equal([""], stranger.Authorizations);
    }

    [Fact]
    public async Task The_token_does_not_follow_a_redirect()
    {
        await using var stranger = await StandInServer.Start();
        await using var server = await StandInServer.Start();
        server.Meddle = context =>
        {
            context.Response.Redirect($"{stranger.Url}{context.Request.Path}");
            return Task.FromResult(true);
        };

        using var run = await CliRun.Of(server, "target", "list");

        Assert.Equal((int)ExitCode.Refused, await run.Exit);
        Assert.Contains($"points to {stranger.Url}/api/targets", run.Error, StringComparison.Ordinal);
        Assert.Empty(stranger.Authorizations);
    }

    [Fact]
    public async Task The_environment_goes_before_the_saved_login_and_the_option_before_both()
    {
        await using var saved = await StandInServer.Start();
        await using var environment = await StandInServer.Start();
        await using var option = await StandInServer.Start();
        using var home = new TempFolder();
        var world = CliWorld.WithHome(home);
        await CliRun.Of(world, "login", saved.Url, "--token", StandInServer.Token);
        var before = saved.Authorizations.Count;

        world.Env["SKYLINE_SERVER"] = environment.Url;
        world.Env["SKYLINE_TOKEN"] = StandInServer.Token;
        using var second = await CliRun.Of(world, "target", "list");
        world.Env["SKYLINE_TOKEN"] = "sky_other";
        using var third = await CliRun.Of(world, "target", "list", "--server", option.Url, "--token-file", home.File("token", StandInServer.Token));

        Assert.Equal((0, 0), (await second.Exit, await third.Exit));
        Assert.Equal((before, 1, 1), (saved.Authorizations.Count, environment.Authorizations.Count, option.Authorizations.Count));
    }

    [Fact]
    public async Task A_token_can_come_by_standard_input()
    {
        await using var server = await StandInServer.Start();
        using var home = new TempFolder();
        var world = new CliWorld { In = $"{StandInServer.Token}\n" };
        world.Env.Remove("SKYLINE_TOKEN");
        world.Env["HOME"] = home.Path;

        using var login = await CliRun.Of(world, "login", server.Url, "--token-file", "-");

        Assert.Equal(0, await login.Exit);
    }

    [Fact]
    public async Task A_name_a_password_and_a_code_get_a_token_that_is_kept()
    {
        await using var server = await StandInServer.Start();
        using var home = new TempFolder();
        var world = new CliWorld { In = "careful\n", Typed = new(["correct horse battery", "123456"]) };
        world.Env.Remove("SKYLINE_TOKEN");
        world.Env["HOME"] = home.Path;

        using var login = await CliRun.Of(world, "login", server.Url, "--scope", "build", "--days", "7");

        Assert.Equal(0, await login.Exit);
        Assert.StartsWith($"Logged in to {server.Url} as alice", login.Out, StringComparison.Ordinal);
        Assert.Equal([(string?)null, "123456"], server.People.Logins.Select(one => one.Code));
        var asked = server.People.Logins[1];
        Assert.Equal(("careful", "correct horse battery", "build", 7), (asked.Name, asked.Password, Assert.Single(asked.Token.Scopes), asked.Token.Days));
        Assert.StartsWith("login-", asked.Token.Name, StringComparison.Ordinal);
        Assert.DoesNotContain("correct horse", login.Out + login.Error, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(home.Path, ".config", "skyline", "config.json")));
    }

    [Fact]
    public async Task A_script_gives_a_password_in_a_file_and_is_told_when_a_code_is_asked_for()
    {
        await using var server = await StandInServer.Start();
        using var home = new TempFolder();
        var world = CliWorld.WithHome(home);
        var file = home.File("password", "with a space \n");

        using var login = await CliRun.Of(world, "login", server.Url, "--name", "ann", "--password-file", file);
        using var careful = await CliRun.Of(world, "login", server.Url, "--name", "careful", "--password-file", file);
        using var nobodys = await CliRun.Of(world, "login", server.Url, "--password-file", file);
        using var both = await CliRun.Of(world, "login", server.Url, "--name", "ann", "--token", StandInServer.Token);

        Assert.Equal((0, 2, 2, 2), (await login.Exit, await careful.Exit, await nobodys.Exit, await both.Exit));
        Assert.Equal(("with a space ", 30), (server.People.Logins[0].Password, server.People.Logins[0].Token.Days));
        Assert.Contains("A code of your second factor is asked for", careful.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_by_browser_shows_its_code_and_waits_for_a_yes()
    {
        await using var server = await StandInServer.Start();
        server.People.Asks = 2;
        using var home = new TempFolder();

        using var login = await CliRun.Of(CliWorld.WithHome(home), "login", server.Url, "--web");

        Assert.Equal(0, await login.Exit);
        Assert.Contains("Open https://build.example.org/device in a browser, sign in, and type this code: BCDF-GHJK", login.Error, StringComparison.Ordinal);
        Assert.Equal(-1, server.People.Asks);
        Assert.True(File.Exists(Path.Combine(home.Path, ".config", "skyline", "config.json")));
    }

    [Theory]
    [InlineData("ftp://example.org")]
    [InlineData("https://user:secret@example.org")]
    [InlineData("https://")]
    [InlineData("https://example.org/?a=b")]
    public async Task An_address_that_is_none_is_a_usage_error_and_no_password_is_repeated(string url)
    {
        using var run = await CliRun.Of(new CliWorld(), "login", url);

        Assert.Equal((int)ExitCode.Usage, await run.Exit);
        Assert.DoesNotContain("secret", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Without_any_login_the_sentence_says_how_to_log_in()
    {
        using var home = new TempFolder();

        using var run = await CliRun.Of(CliWorld.WithHome(home), "builds");

        Assert.Equal((int)ExitCode.Usage, await run.Exit);
        Assert.Contains("skyline login https://", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_login_file_is_named()
    {
        using var home = new TempFolder();
        Directory.CreateDirectory(Path.Combine(home.Path, ".config", "skyline"));
        var broken = home.File(".config/skyline/config.json", "{\"server\": ");

        using var run = await CliRun.Of(CliWorld.WithHome(home), "builds");

        Assert.Equal((int)ExitCode.Usage, await run.Exit);
        Assert.Contains(broken, run.Error, StringComparison.Ordinal);
    }
}
