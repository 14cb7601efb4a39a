using System.Diagnostics;
using System.Text.Json;
using Skyline.Protocol;

namespace Skyline.Builder.Tests.Mock;

public sealed class MockConfigTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly RunLimits limits = new(1 << 30, 100, 1 << 30, 2, 3600, 600);

    /// <summary>Python itself reads the configuration, as mock would.</summary>
    [Fact]
    public async Task Python_reads_what_was_meant_whatever_the_values_are()
    {
        var hostile = "'''\"\"\"\n\\n\\'; import os; os.system('false') #\u0001é\U0001F600{bad}%(also)s";
        var recipe = new BuildrootRecipe("fedora-43", "43", "x86_64", "i686", ["@buildsys-build"], [], new Dictionary<string, string>());

        var read = await ByPython(MockConfig.Text("slot-1", recipe, new Dictionary<string, string> { ["dist"] = ".fc43", ["odd"] = hostile }, [new("fedora", "/repos/fedora", 99, ["/keys/a", "/keys/b"]), new("extra", "/repos/extra", 10, [])], [Bash, Bash with { Name = "which", Epoch = 2 }], limits));

        Assert.Equal("slot-1", read.GetProperty("root").GetString());
        Assert.Equal(("x86_64", "i686"), (read.GetProperty("target_arch").GetString(), read.GetProperty("rpmbuild_arch").GetString()));
        Assert.Equal("x86_64", Assert.Single(read.GetProperty("legal_host_arches").EnumerateArray()).GetString());
        Assert.Equal("install bash-5.2-1~rc1+b2.noarch which-2:5.2-1~rc1+b2.noarch", read.GetProperty("chroot_setup_cmd").GetString());
        Assert.Equal((hostile, ".fc43"), (read.GetProperty("macros").GetProperty("%odd").GetString(), read.GetProperty("macros").GetProperty("%dist").GetString()));
        Assert.False(read.GetProperty("rpmbuild_networking").GetBoolean());
        Assert.Equal(3600, read.GetProperty("rpmbuild_timeout").GetInt32());
        Assert.Equal("zstd -d", read.GetProperty("plugin_conf").GetProperty("root_cache_opts").GetProperty("decompress_program").GetString());
        var dnf = read.GetProperty("dnf.conf").GetString()!;
        Assert.Contains("[fedora]\nname=fedora\nbaseurl=file:///repos/fedora\npriority=99\ngpgcheck=1\ngpgkey=file:///keys/a file:///keys/b\n", dnf);
        Assert.Contains("[extra]\nname=extra\nbaseurl=file:///repos/extra\npriority=10\ngpgcheck=0\n", dnf);
    }

    [Theory]
    [InlineData("{{ config_opts }}")]
    [InlineData("a {% set x = 1 %}")]
    [InlineData("{# nothing")]
    public void What_mock_would_read_as_a_template_is_refused(string value)
    {
        var broke = Assert.Throws<BuilderBrokeException>(() => MockConfig.Text("slot-1", Recipe, new Dictionary<string, string> { ["odd"] = value }, [], [Bash], limits));

        Assert.Contains(value, broke.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--setopt=pluginpath=/tmp")]
    [InlineData("two words")]
    [InlineData("star*")]
    [InlineData("../up")]
    public void A_package_whose_name_dnf_would_not_take_for_one_is_refused(string name)
    {
        Assert.Throws<BuilderBrokeException>(() => MockConfig.Text("slot-1", Recipe, new Dictionary<string, string>(), [], [Bash with { Name = name }], null));
    }

    [Fact]
    public async Task Where_mock_only_makes_the_root_it_is_told_nothing_of_a_build()
    {
        var read = await ByPython(MockConfig.Text("slot-1", Recipe, new Dictionary<string, string>(), [], [Bash], null));

        Assert.False(read.TryGetProperty("rpmbuild_timeout", out _) || read.TryGetProperty("macros", out _));
        Assert.False(read.GetProperty("plugin_conf").GetProperty("root_cache_enable").GetBoolean());
    }

    static readonly RootPackage Bash = new("bash", 0, "5.2", "1~rc1+b2", "noarch", "", 1, "fedora", []);

    static readonly BuildrootRecipe Recipe = new("fedora-43", "43", "x86_64", "x86_64", ["@buildsys-build"], [], new Dictionary<string, string>());

    static async Task<JsonElement> ByPython(string config)
    {
        var start = new ProcessStartInfo("python3", ["-I", "-c", """
            import collections, json, sys
            tree = lambda: collections.defaultdict(tree)
            config_opts = tree()
            exec(sys.stdin.read())
            print(json.dumps(config_opts))
            """]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var python = Process.Start(start)!;
        await python.StandardInput.WriteAsync(config);
        python.StandardInput.Close();
        var output = await python.StandardOutput.ReadToEndAsync(Ct);
        await python.WaitForExitAsync(Ct);
        Assert.Equal(0, python.ExitCode);
        return JsonDocument.Parse(output).RootElement;
    }
}
