using Skyline.Testing;

namespace Skyline.Scenarios.Containers;

/// <summary>packaging/quadlet as Podman's own generator reads it: the same containers as docker-compose.yml's.</summary>
public sealed class QuadletTests
{
    static readonly string units = Path.Combine(Checkout.Root, "packaging", "quadlet");

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<Dictionary<string, string>> Generated(string folder)
    {
        Assert.SkipWhen(ContainerTools.WhyNot is not null, ContainerTools.WhyNot ?? "");
        var said = (await ContainerTools.Quadlet(folder, Ct)).Ok("quadlet");
        return said.Split("\n---")
            .Select(part => part.Split("---\n", 2)).Where(parts => parts.Length == 2)
            .ToDictionary(parts => parts[0].TrimStart('-'), parts => parts[1]);
    }

    static string Start(string unit) => unit.Split('\n').Single(line => line.StartsWith("ExecStart=", StringComparison.Ordinal));
    static string[] After(string command, string option) => [.. command.Split(option + " ").Skip(1).Select(rest => rest.Split(' ')[0].ToUpperInvariant()).Order()];

    [Fact]
    public async Task Every_file_becomes_a_unit()
    {
        var made = await Generated(units);

        var expected = Directory.GetFiles(units).Where(file => !file.EndsWith(".md", StringComparison.Ordinal)).Select(file => Path.GetExtension(file) switch
        {
            ".container" => Path.GetFileNameWithoutExtension(file) + ".service",
            var kind => $"{Path.GetFileNameWithoutExtension(file)}-{kind[1..]}.service",
        });
        Assert.Equal(expected.Order(), made.Keys.Order());
    }

    [Fact]
    public async Task A_file_with_a_word_that_Podman_does_not_know_becomes_none()
    {
        var folder = Directory.CreateTempSubdirectory("skyline-quadlet-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "x.container"), (await File.ReadAllTextAsync(Path.Combine(units, "skyline-proxy.container"), Ct)).Replace("ReadOnly=", "ReadsOnly=", StringComparison.Ordinal), Ct);

        Assert.SkipWhen(ContainerTools.WhyNot is not null, ContainerTools.WhyNot ?? "");
        var said = await ContainerTools.Quadlet(folder.FullName, Ct);

        Assert.Contains("ReadsOnly", said.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("ExecStart", said.Output, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("server")]
    [InlineData("enrol")]
    [InlineData("builder")]
    [InlineData("proxy")]
    public async Task A_container_may_what_the_compose_file_lets_it(string name)
    {
        var command = Start((await Generated(units))[$"skyline-{name}.service"]);
        var text = (await ContainerTools.Compose([], Ct)).Ok("docker compose config");
        var service = ContainerTools.Json(text).GetProperty("services").GetProperty(name);

        Assert.Equal(service.TryGetProperty("cap_add", out var given) ? given.EnumerateArray().Select(one => one.GetString()!).Order() : [], After(command, "--cap-add"));
        Assert.Contains("--cap-drop all", command, StringComparison.Ordinal);
        Assert.Contains("--read-only ", command, StringComparison.Ordinal);
        Assert.Contains("--security-opt=no-new-privileges", command, StringComparison.Ordinal);
        Assert.Equal(service.GetProperty("image").GetString(), command.Split(' ').Single(word => word.StartsWith("localhost/", StringComparison.Ordinal))["localhost/".Length..]);
        Assert.Equal(name == "proxy", command.Contains("--publish", StringComparison.Ordinal));
        var volumes = service.GetProperty("volumes").EnumerateArray().Select(volume => volume.GetProperty("target").GetString()!).Where(target => target != "/etc/skyline/tls");
        Assert.Equal(volumes.Order(), command.Split(" -v ").Skip(1).Select(rest => rest.Split(' ')[0].Split(':')[1]).Order());
    }
}
