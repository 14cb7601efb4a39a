using System.Collections;
using Skyline.Testing;

namespace Skyline.Builder.Tests;

/// <summary>The builder's file of settings: what is in force, and what stops the start.</summary>
public sealed class BuilderFileTests
{
    static readonly string folder = Scratch.Folder("conf"), token = Path.Combine(folder, "token"), shipped = Path.Combine(Checkout.Root, "packaging", "config", "builder.conf");

    public BuilderFileTests() => File.WriteAllText(token, "abc\n");

    static BuilderOptions Read(string text, params string[] args) => Read(text, new Hashtable(), args);

    static BuilderOptions Read(string text, Hashtable environment, params string[] args)
    {
        var file = Path.Combine(folder, "builder.conf");
        File.WriteAllText(file, text);
        return BuilderFile.Read(["--config", file, .. args], environment);
    }

    static string Refused(string text, Hashtable? environment = null) => Assert.Throws<BadOptionException>(() => Read(text, environment ?? [])).Message.Replace(folder + "/", "", StringComparison.Ordinal);

    [Fact]
    public void Arguments_go_before_the_environment_and_that_before_the_file()
    {
        var options = Read($"# mine\nserver = https://a.example\ntoken-file = {token}\n\nslots=7\nkeep-buildroots = 9\nmax-log = 3M\n", new Hashtable { ["SKYLINE_BUILDER_SLOTS"] = "5", ["SKYLINE_BUILDER_MAX_LOG"] = "2M" }, "--max-log", "1M");

        Assert.Equal(("https://a.example/", 9, 5, 1L << 20), (options.Server.ToString(), options.Keep.Count, options.Slots, options.MaxLogBytes));
    }

    [Fact]
    public void What_is_unknown_or_wrong_is_said_with_file_line_and_cure()
    {
        Assert.Equal("builder.conf, line 2: there is no setting 'slot'. Did you mean 'slots'?", Refused("# two\nslot = 2"));
        Assert.StartsWith("builder.conf, line 1: --slots many: it is a number from 1 to 1024.", Refused($"slots = many\ntoken-file = {token}"), StringComparison.Ordinal);
        Assert.StartsWith("The environment's SKYLINE_BUILDER_SLOTS: --slots 0: it is", Refused($"slots = 2\ntoken-file = {token}", new Hashtable { ["SKYLINE_BUILDER_SLOTS"] = "0" }), StringComparison.Ordinal);
        Assert.Equal("The environment's SKYLINE_BUILDER_SLOT: there is no setting of that name. Did you mean 'SKYLINE_BUILDER_SLOTS'?", Refused("", new Hashtable { ["SKYLINE_BUILDER_SLOT"] = "2" }));
        Assert.Contains("line 2: 'vm' is in line 1 already", Refused("vm = off\nvm = kvm"), StringComparison.Ordinal);
        Assert.Contains("no such file", Assert.Throws<BadOptionException>(() => BuilderFile.Read(["--config=/none/such.conf"], new Hashtable())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_shipped_file_has_every_option_commented_out_and_changes_nothing()
    {
        if (Environment.GetEnvironmentVariable("SKYLINE_WRITE_CONFIG") == "1") File.WriteAllText(shipped, KnownOptions.Shipped());
        var text = File.ReadAllText(shipped);

        Assert.True(text == KnownOptions.Shipped(), "packaging/config/builder.conf is not what the options are: SKYLINE_WRITE_CONFIG=1 and this test write it anew.");
        Assert.DoesNotContain(text.Split('\n'), line => line.Length > 0 && line[0] != '#');
        var on = string.Join('\n', text.Split('\n').Where(line => line.StartsWith('#') && !line.StartsWith("# ", StringComparison.Ordinal) && !line.EndsWith('=')).Select(line => line[1..]).Where(line => !line.StartsWith("token-file", StringComparison.Ordinal)));
        Assert.Equivalent(Read("", "--token-file", token), Read(on, "--token-file", token));
    }
}
