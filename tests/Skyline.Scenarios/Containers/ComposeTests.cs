using System.Text.Json;
using Skyline.Testing;

namespace Skyline.Scenarios.Containers;

/// <summary>docker-compose.yml as Docker's own compose reads it. (`./dev proof compose` brings it up.)</summary>
public sealed class ComposeTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<JsonElement> Read(params string[] settings)
    {
        Assert.SkipWhen(ContainerTools.WhyNot is not null, ContainerTools.WhyNot ?? "");
        var text = (await ContainerTools.Compose(settings, Ct)).Ok("docker compose config");
        return ContainerTools.Json(text);
    }

    static JsonElement.ObjectEnumerator Services(JsonElement compose) => compose.GetProperty("services").EnumerateObject();
    static string[] Words(JsonElement service, string name) => service.TryGetProperty(name, out var words) ? [.. words.EnumerateArray().Select(word => word.GetString()!)] : [];

    [Fact]
    public async Task Nothing_but_the_proxy_is_published()
    {
        var compose = await Read();

        var published = Services(compose).Where(service => service.Value.TryGetProperty("ports", out _)).ToDictionary(
            service => service.Name, service => string.Join(' ', service.Value.GetProperty("ports").EnumerateArray().Select(port => $"{port.GetProperty("published").GetString()}→{port.GetProperty("target").GetInt32()}")));
        Assert.Equal("443→443 80→80", Assert.Contains("proxy", published));
        Assert.Single(published);
    }

    [Fact]
    public async Task Every_container_has_a_root_that_cannot_be_written_no_capability_that_it_was_not_given_and_no_socket_of_the_engine()
    {
        var compose = await Read();

        foreach (var service in Services(compose))
        {
            Assert.True(service.Value.GetProperty("read_only").GetBoolean(), service.Name);
            Assert.Equal(["ALL"], Words(service.Value, "cap_drop"));
            Assert.Contains("no-new-privileges:true", Words(service.Value, "security_opt"));
            Assert.DoesNotContain("docker.sock", service.Value.GetRawText(), StringComparison.Ordinal);
        }
        Assert.Equal(["builder", "enrol"], Services(compose).Where(service => Words(service.Value, "cap_add").Length > 0).Select(service => service.Name).Order());
    }

    [Fact]
    public async Task The_builder_reaches_the_server_and_has_no_way_out()
    {
        var compose = await Read();

        var builder = compose.GetProperty("services").GetProperty("builder");
        Assert.Equal(["inside"], builder.GetProperty("networks").EnumerateObject().Select(network => network.Name));
        Assert.True(compose.GetProperty("networks").GetProperty("inside").GetProperty("internal").GetBoolean());
        Assert.Equal(["front", "inside"], compose.GetProperty("services").GetProperty("server").GetProperty("networks").EnumerateObject().Select(network => network.Name).Order());
    }

    [Fact]
    public async Task The_server_and_the_proxy_are_told_the_same_address()
    {
        var usual = await Read();
        var named = await Read("SKYLINE_HOST=build.example.org");
        var other = await Read("SKYLINE_HOST=build.example.org", "SKYLINE_URL=https://build.example.org:8443", "SKYLINE_HTTPS_PORT=8443");

        foreach (var (compose, address) in new[] { (usual, "https://localhost"), (named, "https://build.example.org"), (other, "https://build.example.org:8443") })
        {
            Assert.Equal(address, Setting(compose, "server", "Skyline__PublicUrl"));
            Assert.Equal(address, Setting(compose, "proxy", "SKYLINE_URL"));
        }
        Assert.Equal("8443", other.GetProperty("services").GetProperty("proxy").GetProperty("ports")[0].GetProperty("published").GetString());
    }

    [Fact]
    public async Task A_swarms_builders_have_the_pools_token_from_a_secret_nodes_that_are_meant_for_them_and_time_to_give_their_runs_back()
    {
        Assert.SkipWhen(ContainerTools.WhyNot is not null, ContainerTools.WhyNot ?? "");
        const string File = "packaging/swarm/skyline-builders.yml";
        var nowhere = await ContainerTools.Compose([], Ct, File);
        var text = (await ContainerTools.Compose(["SKYLINE_SERVER=https://build.example.org"], Ct, File)).Ok("docker compose config");

        var stack = ContainerTools.Json(text);
        var builder = stack.GetProperty("services").GetProperty("builders");
        var secret = builder.GetProperty("secrets")[0].GetProperty("source").GetString();
        Assert.Equal($"/run/secrets/{secret}", Setting(stack, "builders", "SKYLINE_BUILDER_POOL_TOKEN_FILE"));
        Assert.True(stack.GetProperty("secrets").GetProperty(secret!).GetProperty("external").GetBoolean());
        Assert.Equal(["node.labels.skyline.builders == yes"], builder.GetProperty("deploy").GetProperty("placement").GetProperty("constraints").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal("30s", builder.GetProperty("stop_grace_period").GetString());
        Assert.NotEqual(0, nowhere.ExitCode);
        Assert.Contains("the address of the Skyline server", nowhere.Output, StringComparison.Ordinal);
    }

    static string? Setting(JsonElement compose, string service, string name) => compose.GetProperty("services").GetProperty(service).GetProperty("environment").GetProperty(name).GetString();
}
