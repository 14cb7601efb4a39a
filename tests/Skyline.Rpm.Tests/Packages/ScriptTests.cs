using Skyline.Testing.Rpms;

namespace Skyline.Rpm.Tests;

public sealed class ScriptTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<IReadOnlyList<PackageScript>> Scripts(Action<HeaderWriter> header) =>
        (await RpmPackage.Read(new MemoryStream(new SyntheticRpm("scripted") { Header = header }.Build()), Ct)).Scripts;

    [Fact]
    public async Task Scriptlets_come_with_what_runs_them()
    {
        var scripts = await Scripts(header => header.Text(RpmTag.PostIn, "ldconfig -v").Texts(RpmTag.PostInProg, ["/bin/sh", "-e"]).Texts(RpmTag.PostUnProg, ["/sbin/ldconfig"]).Text(RpmTag.PreTrans, "print('x')").Texts(RpmTag.PreTransProg, ["<lua>"]));

        Assert.Equal([("pretrans", "<lua>", "print('x')"), ("post", "/bin/sh -e", "ldconfig -v"), ("postun", "/sbin/ldconfig", "")], scripts.Select(one => (one.Kind, one.Program, one.Text)));
    }

    [Fact]
    public async Task Triggers_come_with_what_sets_them_off_and_what_has_no_partner_is_left_out()
    {
        var scripts = await Scripts(header => header
            .Texts(RpmTag.TriggerScripts, ["echo in", "echo out"]).Texts(RpmTag.TriggerScriptProg, ["/bin/sh"]).Texts(RpmTag.TriggerName, ["gcc", "glibc", "make"])
            .Texts(RpmTag.TriggerVersion, ["14", ""]).Int32(RpmTag.TriggerFlags, [(1 << 16) | 8, 1 << 16, 1 << 18]).Int32(RpmTag.TriggerIndex, [0, 0, 1, 99])
            .Texts(RpmTag.FileTriggerScripts, ["cache"]).Texts(RpmTag.FileTriggerScriptProg, ["/bin/sh"]).Texts(RpmTag.FileTriggerName, ["/usr/lib"]).Int32(RpmTag.FileTriggerFlags, [1 << 17]).Int32(RpmTag.FileTriggerIndex, [0]));

        Assert.Equal(["triggerin", "triggerpostun", "filetriggerun"], scripts.Select(one => one.Kind));
        Assert.Equal(["gcc = 14", "glibc"], scripts[0].Watches);
        Assert.Equal(["make"], scripts[1].Watches);
        Assert.Equal(("/bin/sh", ""), (scripts[0].Program, scripts[1].Program));
        Assert.Equal(["/usr/lib"], scripts[2].Watches);
    }
}
