using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Skyline.Server.Settings;
using Skyline.Server.Tests.People;
using Skyline.Testing;

namespace Skyline.Server.Tests.Settings;

/// <summary>server.conf: what is in force of it, what stops the start and how that is said, and that the shipped one is the settings that there are.</summary>
public sealed class ServerFileTests : IDisposable
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;
    static readonly string shipped = Path.Combine(Checkout.Root, "packaging", "config", "server.conf");

    readonly string folder = Directory.CreateTempSubdirectory("skyline-conf-").FullName;

    string Conf => Path.Combine(folder, "server.conf");

    SkylineSettings Read(string text, Dictionary<string, string?>? environment = null, params string[] args)
    {
        File.WriteAllText(Conf, text);
        var configuration = new ConfigurationManager();
        ((IConfigurationBuilder)configuration).Add(new GivenEnvironment(environment ?? []));
        configuration.AddCommandLine(["--config", Conf, .. args]);
        return ReadSettings.Of(configuration);
    }

    string[] Refused(string text, Dictionary<string, string?>? environment = null, params string[] args) =>
        [.. Assert.Throws<WrongSettingsException>(() => Read(text, environment, args)).Message.Split('\n').Skip(1).Select(line => line.Trim().Replace(folder + "/", "", StringComparison.Ordinal))];

    [Fact]
    public void The_environment_goes_before_the_file_and_the_command_line_before_both()
    {
        var settings = Read("""
            # ours
            Name = Acme packages
            MaxUploadBytes = 20 GiB
            KeepFailedDays=3
              LeaseSeconds = 100
            ExportTags = one two
            Lookasides:1 = dist.example.org https://dist.example.org/{name}/{file}
            Oidc:Roles:packager = builders,makers
            Mail:Security = tls
            MetricsFrom = 10.0.0.0/8
            SigningIdentity = "Acme #1 <p@example.org>"
            """, new() { ["Skyline__LeaseSeconds"] = "110", ["Skyline__KeepFailedDays"] = "4", ["Skyline__ExportTags__0"] = "three" }, "--Skyline:LeaseSeconds=120");

        Assert.Equal(("Acme packages", 20L << 30, 4, 120, "Acme #1 <p@example.org>"), (settings.Name, settings.MaxUploadBytes, settings.KeepFailedDays, settings.LeaseSeconds, settings.SigningIdentity));
        Assert.Equal(["three"], settings.ExportTags);
        Assert.Equal([new SkylineSettings().Lookasides[0], "dist.example.org https://dist.example.org/{name}/{file}"], settings.Lookasides);
        Assert.Equal(["builders", "makers"], settings.Oidc.Roles["packager"]);
        Assert.Equal(["10.0.0.0/8"], settings.MetricsFrom);
        Assert.Equal(Skyline.Server.Mail.MailSecurity.Tls, settings.Mail.Security);
    }

    [Theory]
    [InlineData("Nmae = x", "server.conf, line 1: there is no setting 'Nmae'. Did you mean 'Name'?")]
    [InlineData("# a\n\nHost = x", "server.conf, line 3: there is no setting 'Host'. Did you mean 'Mail:Host'?")]
    [InlineData("LeaseSeconds = soon", "server.conf, line 1: 'soon' is no value of LeaseSeconds. A number is wanted, in digits.")]
    [InlineData("LeaseSeconds = 5", "server.conf, line 1: '5' is no value of LeaseSeconds. It is from 10 to 3600.")]
    [InlineData("KeepLocks = some", "server.conf, line 1: 'some' is no value of KeepLocks. There are ")]
    [InlineData("AnonymousMayRead = perhaps", "server.conf, line 1: 'perhaps' is no value of AnonymousMayRead. It is true or false.")]
    [InlineData("SecondFactorFor = admin king", "server.conf, line 1: 'admin king' is no value of SecondFactorFor. There are")]
    [InlineData("MetricsFrom = everywhere", "server.conf, line 1: 'everywhere' is no value of MetricsFrom. Each is a network's address")]
    [InlineData("Name = a\nname = b", "server.conf, line 2: 'name' is in line 1 already: remove one of the two.")]
    [InlineData("Name = a # mine", "server.conf, line 1: Is what follows # in the value of 'Name' a comment?")]
    [InlineData("[Mail]\nName = a", "server.conf, line 1: Sections are not used here")]
    [InlineData("Name", "server.conf, line 1: It is no setting: write name = value")]
    [InlineData("Urls = 8420", "server.conf, line 1: '8420' is no address to listen at")]
    [InlineData("Logging:LogLevel:Default = Loud", "server.conf, line 1: 'Loud' is no level of a log")]
    [InlineData("Oidc:Roles = admin", "server.conf, line 1: 'admin' is no value of Oidc:Roles. It is a list for each")]
    [InlineData("Kestrel:Endpoint:X = y", "server.conf, line 1: there is no setting 'Kestrel:Endpoint:X'.")]
    public void What_is_unknown_or_wrong_stops_the_start_with_its_line_and_a_cure(string text, string says) => Assert.StartsWith(says, Assert.Single(Refused(text)), StringComparison.Ordinal);

    [Fact]
    public void All_that_is_wrong_is_said_at_once_of_the_environment_and_the_command_line_too()
    {
        var refused = Refused("Dta = /x\nLeaseSeconds = no", new() { ["Skyline__PublicURl"] = "nowhere", ["Skyline__Nam"] = "x" }, "--Skyline:Chrots=/x");

        Assert.Equal(5, refused.Length);
        Assert.Contains("The environment's Skyline__Nam: there is no setting 'Nam'. Did you mean 'Name'?", refused);
        Assert.Contains(refused, line => line.StartsWith("The environment's Skyline__PublicURl: 'nowhere' is no value of PublicUrl. An address begins with https://", StringComparison.Ordinal));
        Assert.Contains("The command line's --Skyline:Chrots: there is no setting 'Chrots'. Did you mean 'Chroots'?", refused);
    }

    [Fact]
    public void Another_file_must_be_there_and_one_with_a_password_is_for_its_owner_alone()
    {
        var configuration = new ConfigurationManager();
        configuration.AddCommandLine(["--config=/none/such.conf"]);
        Assert.Contains("/none/such.conf: there is no such file", Assert.Throws<WrongSettingsException>(() => ReadSettings.Of(configuration)).Message, StringComparison.Ordinal);
        const string secret = "Urls = https://localhost:8443\nKestrel:Certificates:Default:Password = hunter2";
        File.WriteAllText(Conf, "");
        File.SetUnixFileMode(Conf, (UnixFileMode)0b110_100_100);
        var refused = Refused(secret).Single();
        Assert.StartsWith("server.conf, line 2: a password is in it, and everybody on this machine can read it.", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refused, StringComparison.Ordinal);
        File.SetUnixFileMode(Conf, (UnixFileMode)0b110_100_110);
        Assert.StartsWith("server.conf: everybody on this machine can write it", Refused("").Single(), StringComparison.Ordinal);
        File.SetUnixFileMode(Conf, (UnixFileMode)0b110_100_000);
        Assert.Equal("Skyline", Read(secret).Name);
    }

    [Fact]
    public async Task The_page_says_the_file_and_the_line_and_does_not_change_what_is_set_there()
    {
        await File.WriteAllTextAsync(Conf, "# two\nKeepScratchDays = 3\nMaxLogBytes = 2 GiB\n", Ct);
        await using var site = await Site.Open(null, null, $"--config={Conf}");
        using var browser = SignInTests.Browser(site);
        await SignInTests.SignIn(browser, site.AdminToken);

        Assert.Equal((3, 2L << 30), (site.Part<SkylineSettings>().KeepScratchDays, site.Part<SkylineSettings>().MaxLogBytes));
        Assert.Contains($"Set in the file {Conf}, line 2.", await browser.GetStringAsync("settings?show=Keeping", Ct), StringComparison.Ordinal);
        var refused = await site.Part<PageSettings>().Change("KeepScratchDays", "9", 1, Ct);
        Assert.StartsWith($"KeepScratchDays is set by {Conf}, line 2", refused!.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void The_shipped_file_has_every_setting_commented_out_with_its_default()
    {
        if (Environment.GetEnvironmentVariable("SKYLINE_WRITE_CONFIG") == "1") File.WriteAllText(shipped, ShippedFile.Text());
        var text = File.ReadAllText(shipped);

        Assert.True(text == ShippedFile.Text(), "packaging/config/server.conf is not what the settings are: SKYLINE_WRITE_CONFIG=1 and this test write it anew.");
        Assert.DoesNotContain(text.Split('\n'), line => line.Length > 0 && line[0] != '#');
        Assert.All(KnownSettings.All, setting => Assert.Contains($"\n#{setting.Name}", text, StringComparison.Ordinal));
        // Each line made a setting is one, and changes nothing.
        var on = string.Join('\n', text.Split('\n').Where(line => line.StartsWith('#') && !line.StartsWith("# ", StringComparison.Ordinal) && line.Contains('=') && !line.Contains(":NAME") && !line.StartsWith("#Lookasides", StringComparison.Ordinal)).Select(line => line[1..]));
        Assert.Equivalent(new SkylineSettings(), Read(on));
    }

    /// <summary>The process's own is everybody's, other tests' too.</summary>
    sealed class GivenEnvironment(Dictionary<string, string?> values) : EnvironmentVariablesConfigurationSource, IConfigurationSource
    {
        IConfigurationProvider IConfigurationSource.Build(IConfigurationBuilder builder) => new Provider(values);

        sealed class Provider(Dictionary<string, string?> values) : EnvironmentVariablesConfigurationProvider
        {
            public override void Load() => Data = values.ToDictionary(one => one.Key.Replace("__", ":", StringComparison.Ordinal), one => one.Value, StringComparer.OrdinalIgnoreCase);
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
