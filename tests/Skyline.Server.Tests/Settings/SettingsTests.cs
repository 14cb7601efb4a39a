using System.Net;
using System.Reflection;
using Skyline.Protocol;
using Skyline.Server.Settings;
using Skyline.Server.Tests.People;

namespace Skyline.Server.Tests.Settings;

/// <summary>The page of settings: what is in force, where it is from, and what can be changed there.</summary>
public sealed class SettingsTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<HttpClient> Admin(Site site)
    {
        var browser = SignInTests.Browser(site);
        await SignInTests.SignIn(browser, site.AdminToken);
        return browser;
    }

    static async Task<string> Set(HttpClient browser, string name, params (string Name, string Value)[] fields) =>
        (await SignInTests.Post(browser, "settings", [("__RequestVerificationToken", await SignInTests.FormToken(browser, "settings")), ("name", name), .. fields])).Headers.Location?.ToString() ?? "";

    [Fact]
    public void Every_setting_is_on_the_page()
    {
        static IEnumerable<string> Names(Type type, string before) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite)
            .SelectMany(property => property.PropertyType.Name.EndsWith("Settings", StringComparison.Ordinal) ? Names(property.PropertyType, property.Name + ":") : [before + property.Name]);

        Assert.Equal(Names(typeof(SkylineSettings), "").Order(StringComparer.Ordinal), KnownSettings.All.Select(setting => setting.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_shown_of_a_setting_can_be_written_for_it()
    {
        var settings = new SkylineSettings();
        foreach (var setting in KnownSettings.All.Where(setting => setting.Elsewhere is null))
        {
            var value = ReadValue.Get(settings, setting);
            var (read, why) = ReadValue.Of(setting, ReadValue.Shown(setting, value));
            Assert.True(why is null, $"{setting.Name}: {why}");
            Assert.Equal(value, read);
        }
    }

    [Theory]
    [InlineData("MaxUploadBytes", "1.5 GiB", 1_610_612_736L)]
    [InlineData("MaxUploadBytes", "20g", 21_474_836_480L)]
    [InlineData("LeaseSeconds", "120", 120)]
    [InlineData("LeaseSeconds", "1", null)]
    [InlineData("LeaseSeconds", "-5", null)]
    [InlineData("LeaseSeconds", "99999999999999999999", null)]
    [InlineData("MaxUploadBytes", "999999999999999T", null)]
    [InlineData("MaxUploadBytes", "plenty", null)]
    [InlineData("CheckNoarch", "perhaps", null)]
    [InlineData("PublicUrl", "https://builds.example.org", "https://builds.example.org")]
    [InlineData("PublicUrl", "javascript:alert(1)", null)]
    [InlineData("PublicUrl", "https://u:p@builds.example.org", null)]
    [InlineData("Name", "two\nlines", null)]
    [InlineData("Mail:From", "nobody", null)]
    public void A_value_is_read_within_its_bounds(string name, string text, object? value)
    {
        var (read, why) = ReadValue.Of(KnownSettings.Find(name)!, text);

        Assert.Equal(value, read);
        Assert.Equal(value is null, why is not null);
    }

    [Fact]
    public async Task A_change_is_in_force_at_once_is_kept_and_is_in_the_audit_log()
    {
        var site = await Site.Open();
        using (var browser = await Admin(site))
        {
            Assert.Equal("/settings?changed=Name#Name", await Set(browser, "Name", ("value", "Acme packages")));
            await Set(browser, "SideTagsPerPerson", ("value", "0"));
            Assert.Contains("Acme packages", await browser.GetStringAsync("builders", Ct));
            Assert.Contains("Set on this page", await browser.GetStringAsync("settings", Ct));
            var refused = await Assert.ThrowsAsync<RefusedException>(async () => await (await site.Person("pat")).CreateSideTag(new(Target: "paper"), Ct));
            Assert.Equal(409, refused.Status);
            var entry = (await site.Admin.Audit(null, null, null, null, 100, Ct)).Entries.First(entry => entry.Thing == "setting Name");
            Assert.Equal(("admin", "set"), (entry.Who, entry.Act));
        }
        await site.Stop();

        await using var again = await Site.Open(site.Data);
        using var later = await Admin(again);
        Assert.Equal(("Acme packages", 0), (again.Part<SkylineSettings>().Name, again.Part<SkylineSettings>().SideTagsPerPerson));
        await Set(later, "SideTagsPerPerson", ("act", "usual"));
        Assert.Equal(20, again.Part<SkylineSettings>().SideTagsPerPerson);
    }

    [Fact]
    public async Task What_is_set_elsewhere_or_is_no_value_is_not_changed_and_the_page_says_why()
    {
        await using var site = await Site.Open(null, null, "--Skyline:KeepScratchDays=3");
        using var browser = await Admin(site);

        await Set(browser, "KeepScratchDays", ("value", "9"));
        await Set(browser, "Data", ("value", "/tmp/elsewhere"));
        await Set(browser, "InstallCheckPython", ("value", "/tmp/evil"));
        var led = await Set(browser, "LeaseSeconds", ("value", "1"));

        var settings = site.Part<SkylineSettings>();
        Assert.Equal((3, site.Data, "/usr/bin/python3", 90), (settings.KeepScratchDays, settings.Data, settings.InstallCheckPython, settings.LeaseSeconds));
        Assert.Contains("It is from 10 to 3600.", await browser.GetStringAsync(led, Ct));
        Assert.Contains("--Skyline:KeepScratchDays", await browser.GetStringAsync("settings?show=Keeping", Ct));
    }

    [Fact]
    public async Task Whether_anybody_may_look_can_be_changed_while_it_runs()
    {
        await using var site = await Site.Open();
        using var browser = await Admin(site);
        Assert.Equal(HttpStatusCode.OK, (await site.Http().GetAsync("api/builds", Ct)).StatusCode);

        await Set(browser, "AnonymousMayRead", ("value", "false"));

        Assert.Equal(HttpStatusCode.Unauthorized, (await site.Http().GetAsync("api/builds", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await site.Http().GetAsync("repos/paper/repodata/repomd.xml", Ct)).StatusCode);
    }

    [Fact]
    public async Task No_secret_is_on_the_page()
    {
        await using var site = await Site.Open();
        var secret = Path.Combine(site.Data, "mail.password");
        await File.WriteAllTextAsync(secret, "hunter2hunter2", Ct);
        site.Part<SkylineSettings>().Mail.PasswordFile = secret;
        using var browser = await Admin(site);

        var page = await browser.GetStringAsync("settings?show=Mail", Ct);

        Assert.Contains(secret, page);
        Assert.DoesNotContain("hunter2", page);
    }

    [Fact]
    public async Task Only_administrators_change_settings()
    {
        await using var site = await Site.Open();
        using var browser = SignInTests.Browser(site);
        await SignInTests.SignIn(browser, (await site.Admin.AddPerson(new NewPerson("pat", "release-engineer"), Ct)).Token);

        var refused = await SignInTests.Post(browser, "settings", ("__RequestVerificationToken", await SignInTests.FormToken(browser, "me")), ("name", "Name"), ("value", "Pats"));

        Assert.Equal((HttpStatusCode.Forbidden, "Skyline"), (refused.StatusCode, site.Part<SkylineSettings>().Name));
    }
}
