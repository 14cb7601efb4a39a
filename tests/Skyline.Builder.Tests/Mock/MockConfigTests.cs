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
        var recipe = new BuildrootRecipe("fedora-43", "43", "x86_64", "i686", ["@buildsys-build", hostile], [], new Dictionary<string, string>());

        var read = await ByPython(MockConfig.Text("slot-1", recipe, new Dictionary<string, string> { ["dist"] = ".fc43", ["odd"] = hostile }, [new("fedora", "/repos/fedora", 99, ["/keys/a", "/keys/b"]), new("extra", "/repos/extra", 10, [])], limits));

        Assert.Equal("slot-1", read.GetProperty("root").GetString());
        Assert.Equal("i686", read.GetProperty("target_arch").GetString());
        Assert.Equal("x86_64", Assert.Single(read.GetProperty("legal_host_arches").EnumerateArray()).GetString());
        Assert.Equal("install @buildsys-build " + hostile, read.GetProperty("chroot_setup_cmd").GetString());
        Assert.Equal((hostile, ".fc43"), (read.GetProperty("macros").GetProperty("%odd").GetString(), read.GetProperty("macros").GetProperty("%dist").GetString()));
        Assert.False(read.GetProperty("rpmbuild_networking").GetBoolean());
        Assert.Equal(3600, read.GetProperty("rpmbuild_timeout").GetInt32());
        Assert.Equal("zstd -d", read.GetProperty("plugin_conf").GetProperty("root_cache_opts").GetProperty("decompress_program").GetString());
        var dnf = read.GetProperty("dnf.conf").GetString()!;
        Assert.Contains("[fedora]\nname=fedora\nbaseurl=file:///repos/fedora\npriority=99\ngpgcheck=1\ngpgkey=file:///keys/a file:///keys/b\n", dnf);
        Assert.Contains("[extra]\nname=extra\nbaseurl=file:///repos/extra\npriority=10\ngpgcheck=0\n", dnf);
    }

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
