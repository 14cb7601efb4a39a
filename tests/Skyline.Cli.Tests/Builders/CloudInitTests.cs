using Skyline.Cli.Builders;
using Skyline.Cli.Tests.Running;
using Skyline.Cli.Tests.StandIn;
using Skyline.Testing;

namespace Skyline.Cli.Tests.Builders;

/// <summary>`skyline builder enrol --cloud-init`, its output read by cloud-init itself.</summary>
public sealed class CloudInitTests : IDisposable
{
    const string Pem = "Bag Attributes\n-----BEGIN CERTIFICATE-----\nMIIB\nAAAA\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n";
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("skyline-cloud-");

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    string Write(string name, string text)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    async Task<string> AsCloudInitReads(string userData, string python)
    {
        Assert.SkipWhen(ContainerTools.WhyNot is not null, ContainerTools.WhyNot ?? "");
        var file = Write("user-data", userData);
        var schema = await ContainerTools.CloudInitSchema(file, Ct);
        Assert.True(schema.ExitCode == 0, schema.Output + userData);
        return (await Tool.Run("/usr/bin/python3", ["-c", "import sys, yaml; data = yaml.safe_load(open(sys.argv[1])); " + python, file], Ct)).Ok("python3").TrimEnd();
    }

    [Fact]
    public async Task A_machine_gets_the_repository_the_servers_address_and_authority_and_a_token_that_only_root_reads()
    {
        await using var server = await StandInServer.Start();

        using var run = await CliRun.Of(server, "builder", "enrol", "cloud-1", "--cloud-init", "--address", "https://build.example.org/skyline", "--repo", "testos", "--ca", Write("ca.pem", Pem));

        Assert.Equal(0, await run.Exit);
        Assert.StartsWith("#cloud-config\n", run.Out);
        Assert.DoesNotContain("PRIVATE", run.Out);
        Assert.DoesNotContain("skb_secret", run.Error);
        Assert.Equal("skb_secret\n 0600 root:root", await AsCloudInitReads(run.Out,
            "token = [one for one in data['write_files'] if one['path'] == '/etc/skyline/builder.token'][0]; print(token['content'], token['permissions'], token['owner'])"));
        Assert.Equal("server = https://build.example.org/skyline", await AsCloudInitReads(run.Out, "print([one for one in data['write_files'] if one['path'].endswith('.conf')][0]['content'])"));
        Assert.Equal("['skyline-builder'] [['systemctl', 'enable', '--now', 'skyline-builder.service']]", await AsCloudInitReads(run.Out, "print(data['packages'], data['runcmd'])"));
        Assert.Equal("['-----BEGIN CERTIFICATE-----\\nMIIB\\nAAAA\\n-----END CERTIFICATE-----\\n']", await AsCloudInitReads(run.Out, "print(data['ca_certs']['trusted'])"));
    }

    [Fact]
    public async Task What_a_repo_file_holds_comes_out_as_it_went_in_whatever_it_is()
    {
        var repo = "[a]\nname=\"quotes\" and \\ and: #colons\n\nbaseurl=https://example.org/ü/$basearch\n---\nruncmd: [evil]\n";

        var text = new CloudInit("https://build.example.org", "sky_x", repo, null).UserData();

        Assert.Equal(repo.TrimEnd(), await AsCloudInitReads(text, "print(data['write_files'][0]['content'])"));
        Assert.Equal("False 1", await AsCloudInitReads(text, "print('ca_certs' in data, len(data['runcmd']))"));
    }

    [Theory]
    [InlineData("is for --cloud-init", "--repo", "testos")]
    [InlineData("give one", "--cloud-init", "--repo", "testos", "--repo-file", "x")]
    [InlineData("A machine of a cloud cannot reach", "--cloud-init")]
    [InlineData("there is no certificate in it", "--cloud-init", "--address", "https://build.example.org", "--ca", "EMPTY")]
    [InlineData("longer than the 16384 bytes", "--cloud-init", "--address", "https://build.example.org", "--repo-file", "LONG")]
    [InlineData("cannot be read", "--cloud-init", "--address", "https://build.example.org", "--repo-file", "/nonexistent/x.repo")]
    public async Task What_cannot_be_is_refused_before_a_builder_is_enrolled(string why, params string[] options)
    {
        await using var server = await StandInServer.Start();
        var (empty, tooLong) = (Write("empty", "no certificate\n"), Write("long", new string('x', 20_000)));

        using var run = await CliRun.Of(server, ["builder", "enrol", "cloud-1", .. options.Select(option => option switch { "EMPTY" => empty, "LONG" => tooLong, _ => option })]);

        Assert.Equal(2, await run.Exit);
        Assert.Contains(why, run.Error);
        Assert.DoesNotContain(server.Builders, builder => builder.Name == "cloud-1");
    }

    public void Dispose() => folder.Delete(recursive: true);
}
