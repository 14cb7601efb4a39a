using System.Text;
using Skyline.Shared;

namespace Skyline.Server.Settings;

/// <summary>What packaging/config/server.conf says: every setting there is, with what it does, its bounds and its default, commented out. Pure; a test holds the file against it.</summary>
static class ShippedFile
{
    static readonly SkylineSettings usual = new();

    public static string Text()
    {
        var text = new StringBuilder();
        text.Comment("Settings of skyline-server. Nothing must be set: what is commented out is what holds anyway.").Append("#\n")
            .Comment("A line is a setting: Name = value. A comment has a line of its own. Of a list the words have spaces between them; a size is such as 512 MiB or 20 GiB. A value whose beginning or end is a space, or which has a # in it, stands in \".")
            .Comment("What is no setting, or no value of one, stops the start, with its line and a cure. Restart the server after a change: systemctl restart skyline-server").Append("#\n")
            .Comment("Each may be set by the environment too, which goes before this file: Skyline__Name=value, Skyline__Mail__Host=value. What can be changed while the server runs can also be set on its page /settings; what this file says goes before that.").Append('\n');
        WebServer(text);
        foreach (var group in KnownSettings.All.GroupBy(setting => setting.Group))
        {
            text.Append($"# ---- {Title(group.Key)} ----\n\n");
            foreach (var setting in group) One(text, setting);
        }
        return text.ToString().TrimEnd('\n') + "\n";
    }

    static void WebServer(StringBuilder text)
    {
        text.Append("# ---- The web server (ASP.NET's own settings) ----\n\n");
        text.Comment("Where it listens; between two addresses stands ;. For other machines, put a reverse proxy with HTTPS before it, or name a certificate. With skyline-server.socket it is the socket unit that says it (ListenStream=), and this stays as it is.").Setting("Urls", "http://localhost:8420");
        text.Comment("Its certificate and key, in PEM, for addresses that begin with https://.").Append("#Kestrel:Certificates:Default:Path =\n").Setting("Kestrel:Certificates:Default:KeyPath", "");
        text.Comment("Names of this host that requests may be for, with ; between them; *: any.").Setting("AllowedHosts", "*");
        text.Comment($"How much is logged: {string.Join(", ", Enum.GetNames<LogLevel>())}. Of one part: Logging:LogLevel:PART = …").Setting("Logging:LogLevel:Default", "Information");
    }

    static void One(StringBuilder text, Setting setting)
    {
        text.Comment($"{setting.Does} {Shape(setting)}".TrimEnd());
        var value = ReadValue.Shown(setting, ReadValue.Get(usual, setting));
        if (ReadValue.IsLists(setting)) text.Setting($"{setting.Name}:NAME", "");
        else if (setting.Name == nameof(SkylineSettings.Lookasides)) text.Setting($"{setting.Name}:1", "HOST https://HOST/{name}/{file}/{type}/{hash}/{file}");
        else text.Setting(setting.Name, value);
    }

    static string Shape(Setting setting) => setting.Kind switch
    {
        _ when ReadValue.IsLists(setting) => "A line for each, with its values.",
        ValueKind.YesNo => "(true or false)",
        ValueKind.Choice => $"({string.Join(", ", setting.Choices)})",
        ValueKind.Words when setting.Choices.Count > 0 => $"(a list of {string.Join(", ", setting.Choices)})",
        ValueKind.Words when setting.Name == nameof(SkylineSettings.Lookasides) => $"Fedora's is known. A line for each more: a host, a space, the address of a file.",
        ValueKind.Words => "(a list)",
        ValueKind.Number or ValueKind.Size => $"({(setting.Kind == ValueKind.Size ? "a size" : setting.Unit.Length > 0 ? setting.Unit : "a number")}{Bounds(setting)})",
        _ => "",
    };

    static string Bounds(Setting setting) => setting.Most == long.MaxValue ? "" : $", from {ReadValue.Shown(setting, setting.Least)} to {ReadValue.Shown(setting, setting.Most)}";

    static string Title(SettingGroup group) => group switch
    {
        SettingGroup.Instance => "This instance",
        SettingGroup.SigningIn => "Signing in",
        SettingGroup.Signing => "Signing packages",
        SettingGroup.Sources => "Sources from elsewhere",
        SettingGroup.Externals => "External repositories",
        SettingGroup.Mail => "Mail and webhooks",
        SettingGroup.Watching => "Metrics and traces",
        SettingGroup.Places => "Where things are",
        _ => group.ToString(),
    };
}
