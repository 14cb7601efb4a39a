using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>A repository as mock's container sees it: a folder of just the packages that were resolved, fetched and digested before.</summary>
/// <param name="Keys">Files with the keys that its packages are to be signed with; none: they are not checked.</param>
sealed record MockRepo(string Id, string Folder, int Priority, IReadOnlyList<string> Keys);

/// <summary>
/// The configuration of one run's mock: a Python program, so every value is written as a literal that cannot be anything else.
/// Options are those of mock 6 (docs/site-defaults.cfg in its source); what is not set is mock's own default.
/// </summary>
static partial class MockConfig
{
    /// <param name="packages">What the root is made of, exactly; names that dnf reads as options are refused.</param>
    /// <param name="limits">Null where mock makes the root and builds nothing in it.</param>
    /// <exception cref="BuilderBrokeException">A value is not what its place is for.</exception>
    public static string Text(string root, BuildrootRecipe recipe, IReadOnlyDictionary<string, string> macros, IReadOnlyList<MockRepo> repos, IEnumerable<RootPackage> packages, RunLimits? limits)
    {
        var text = new StringBuilder();
        Set(text, "root", root);
        Set(text, "description", recipe.Chroot);
        // Of the root; what rpmbuild is told may be another.
        Set(text, "target_arch", recipe.BuildrootArch);
        Set(text, "rpmbuild_arch", recipe.TargetArch);
        text.Append("config_opts['legal_host_arches'] = (").Append(Literal(recipe.BuildrootArch)).Append(",)\n");
        Set(text, "releasever", recipe.ReleaseVersion);
        Set(text, "chroot_setup_cmd", string.Join(' ', packages.Select(Exactly).Prepend("install")));
        // The container is the isolation, and has no systemd to ask for another. It has no network either, so nothing is asked of one.
        Set(text, "isolation", "simple");
        Set(text, "use_bootstrap", false);
        Set(text, "use_bootstrap_image", false);
        Set(text, "use_host_resolv", false);
        Set(text, "rpmbuild_networking", false);
        Set(text, "docker_unshare_warning", false);
        text.Append("config_opts['dev_loop_count'] = 0\n");
        foreach (var plugin in new[] { "hw_info", "ccache", "yum_cache" }) Enable(text, plugin, false);
        Enable(text, "package_state", limits is not null);
        text.Append("config_opts['plugin_conf']['package_state_opts']['available_pkgs'] = False\n");
        Enable(text, "root_cache", limits is not null);
        if (limits is not null) Building(text, limits);
        foreach (var (name, value) in macros.OrderBy(macro => macro.Key, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"config_opts['macros'][{Literal("%" + name)}] = {Literal(value)}\n");
        Set(text, "dnf.conf", DnfConf(repos));
        return text.ToString();
    }

    static void Building(StringBuilder text, RunLimits limits)
    {
        text.Append("config_opts['rpmbuild_timeout'] = ").Append(limits.WallSeconds.ToString(CultureInfo.InvariantCulture)).Append('\n');
        // Source packages tell their files' group; in every buildroot of Skyline's it is this one.
        Set(text, "chrootgroup", "mockbuild");
        // A root's cache is named by what is in it, so there is nothing to update.
        Set(text, "update_before_build", false);
        // gzip, mock's own choice, takes longer than making the root anew.
        foreach (var (option, value) in new[] { ("compress_program", "zstd"), ("decompress_program", "zstd -d"), ("extension", ".zst") })
            text.Append(CultureInfo.InvariantCulture, $"config_opts['plugin_conf']['root_cache_opts'][{Literal(option)}] = {Literal(value)}\n");
    }

    /// <summary>A package as dnf's command line has it. Its name is its repository's word, and could begin as an option does.</summary>
    public static string Exactly(RootPackage package) =>
        Package().IsMatch(package.Nevra.ToString()) ? package.Nevra.ToString() : throw new BuilderBrokeException($"Repository {package.Repo} lists a package named '{package.Nevra}', which is no package's name.");

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9._+~^:%-]*\z", RegexOptions.NonBacktracking)]
    private static partial Regex Package();

    /// <summary>mock runs every value through Jinja, again and again until nothing changes: they cannot be escaped.</summary>
    static readonly string[] templates = ["{{", "{%", "{#"];

    static string DnfConf(IReadOnlyList<MockRepo> repos)
    {
        var text = new StringBuilder("""
            [main]
            keepcache=1
            reposdir=/dev/null
            metadata_expire=0
            retries=1
            obsoletes=1
            assumeyes=1
            best=1
            install_weak_deps=0
            protected_packages=

            """);
        foreach (var repo in repos)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n[{repo.Id}]\nname={repo.Id}\nbaseurl=file://{repo.Folder}\npriority={repo.Priority}\ngpgcheck={(repo.Keys.Count > 0 ? 1 : 0)}\n");
            if (repo.Keys.Count > 0) text.Append("gpgkey=").AppendJoin(' ', repo.Keys.Select(key => "file://" + key)).Append('\n');
        }
        return text.ToString();
    }

    static void Set(StringBuilder text, string option, string value) => text.Append(CultureInfo.InvariantCulture, $"config_opts[{Literal(option)}] = {Literal(value)}\n");

    static void Set(StringBuilder text, string option, bool value) => text.Append(CultureInfo.InvariantCulture, $"config_opts[{Literal(option)}] = {(value ? "True" : "False")}\n");

    static void Enable(StringBuilder text, string plugin, bool on) => text.Append(CultureInfo.InvariantCulture, $"config_opts['plugin_conf'][{Literal(plugin + "_enable")}] = {(on ? "True" : "False")}\n");

    /// <summary>A Python string in ASCII (Python's Language Reference, 2.4.1.1): all but plain letters by their numbers. Nothing that mock would read as a template.</summary>
    internal static string Literal(string value)
    {
        if (templates.FirstOrDefault(mark => value.Contains(mark, StringComparison.Ordinal)) is { } template)
            throw new BuilderBrokeException($"mock would read '{template}' in '{Child.Tail(value)}' as the start of a template, so it cannot be told this; write it another way, or give the chroot the engine overlay.");
        var text = new StringBuilder("'");
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.Value is >= ' ' and <= '~' and not '\'' and not '\\') text.Append((char)rune.Value);
            else text.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}");
        }
        return text.Append('\'').ToString();
    }
}
