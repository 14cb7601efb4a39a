namespace Skyline.Builder.Tests;

public sealed class BuilderOptionsTests
{
    static readonly string token = Path.Combine(Scratch.Folder("token"), "token");

    public BuilderOptionsTests() => File.WriteAllText(token, "  abc \n");

    static BuilderOptions Parse(string[] args, params (string Name, string Value)[] environment) =>
        BuilderOptions.Parse([.. args], name => environment.FirstOrDefault(entry => entry.Name == name).Value);

    [Fact]
    public void Arguments_win_over_the_environment()
    {
        var options = Parse(["--server=http://a.example/skyline", "--slots", "3"], ("SKYLINE_BUILDER_SERVER", "http://b.example"), ("SKYLINE_BUILDER_TOKEN_FILE", token), ("SKYLINE_BUILDER_SLOTS", "9"));

        Assert.Equal(("http://a.example/skyline/", "abc", 3, "auto"), (options.Server.ToString(), options.Token, options.Slots, options.Isolation));
    }

    [Theory]
    [InlineData("--server", "ftp://a.example", "--server ftp://a.example: give the Skyline server's address")]
    [InlineData("--slots", "0", "--slots 0: it is a number from 1 to 1024.")]
    [InlineData("--keep-bytes", "lots", "--keep-bytes lots: it is a size")]
    [InlineData("--token-file", "/none/such", "--token-file /none/such cannot be read")]
    [InlineData("--vm", "cardboard", "--vm cardboard: it is off, kvm or emulated.")]
    [InlineData("--moon", "full", "--moon is no option of skyline-builder")]
    public void Option_that_makes_no_sense_is_named(string name, string value, string sentence)
    {
        var bad = Assert.Throws<BadOptionException>(() => Parse(["--server", "http://a.example", "--token-file", token, name, value]));

        Assert.StartsWith(sentence, bad.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Virtual_machines_are_off_unless_asked_for_and_by_kvm_where_all_is_built_in_them()
    {
        string Of(params string[] more) => Parse(["--server", "http://a.example", "--token-file", token, .. more]).Vm;

        Assert.Equal(("off", "kvm", "emulated"), (Of(), Of("--isolation", "vm"), Of("--isolation=vm", "--vm=emulated")));
        Assert.Equal("--vm off: with --isolation vm it is kvm or emulated.", Assert.Throws<BadOptionException>(() => Of("--isolation", "vm", "--vm", "off")).Message);
    }

    [Fact]
    public void Size_has_a_unit() => Assert.Equal(3L << 30, Parse(["--server", "http://a.example", "--token-file", token, "--keep-bytes", "3G"]).Keep.Bytes);

    [Fact]
    public void A_builder_has_a_token_of_its_own_or_a_pools_and_a_name_in_it()
    {
        var pooled = BuilderOptions.Parse(["--server", "http://a.example", "--pool-token-file", token, "--name", "farm-3"], name => name == "SKYLINE_BUILDER_TOKEN_FILE" ? "" : null);
        Assert.Equal((File.ReadAllText(token).Trim(), "farm-3", ""), (pooled.PoolToken, pooled.Name, pooled.Token));
        Assert.Equal(Environment.MachineName, BuilderOptions.Parse(["--server", "http://a.example", "--pool-token-file", token], _ => null).Name);
        Assert.StartsWith("--token-file and --pool-token-file:", Assert.Throws<BadOptionException>(() => BuilderOptions.Parse(["--server", "http://a.example", "--pool-token-file", token, "--token-file", token], _ => null)).Message);
        Assert.StartsWith("--pool-token-file /nowhere/token cannot be read", Assert.Throws<BadOptionException>(() => BuilderOptions.Parse(["--server", "http://a.example", "--pool-token-file", "/nowhere/token"], _ => null)).Message);
    }

    [Fact]
    public void Every_option_is_in_the_help() => Assert.All(KnownOptions.Names, name => Assert.Contains($"--{name} ", KnownOptions.Usage(), StringComparison.Ordinal));
}
