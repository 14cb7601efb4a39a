using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Tasks;

namespace Skyline.Server.Builds;

/// <summary>What steps and tasks of a build are called.</summary>
static class StepWords
{
    public static string Of(Words words, string step) => step switch
    {
        "queue" => words["queue"],
        "waiting" => words["waiting"],
        "fetch" => words["fetch"],
        "resolve" => words["resolve"],
        "buildroot" => words["buildroot"],
        "rpmbuild" => words["rpmbuild"],
        "upload" => words["upload"],
        "publish" => words["publish"],
        "done" => words["done"],
        _ => words["run"],
    };

    public static string NameOf(Words words, TaskDetails task) => task.Kind switch
    {
        Sources.SubmitSource.Kind => words["source package"],
        CheckNoarch.Kind => words["{0}, checked", task.Arch],
        _ => task.Arch,
    };
}
