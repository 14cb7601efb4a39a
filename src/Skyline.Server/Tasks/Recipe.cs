using Skyline.Protocol;
using Skyline.Server.Externals;
using Skyline.Server.Tags;

namespace Skyline.Server.Tasks;

/// <summary>What a run's buildroot is made of, purely: the tag's own snapshot, the chroot's repositories and the tag's external ones, all pinned; the chroot's packages and macros, and the tag's.</summary>
static class Recipe
{
    public static BuildrootRecipe For(Tag tag, Chroot chroot, string taskArch, string hostArch, string snapshot, IReadOnlyList<RunPin> pins)
    {
        chroot = tag.Buildroot.In(chroot);
        var own = new RecipeRepo($"skyline-{TagAddress.RepoId(tag.Name)}", $"/repos/{TagAddress.Of(tag.Name)}/@{snapshot}/{OwnRepoArch(tag, taskArch, hostArch)}/", null, null, 99, GpgCheck: false, [], Pinned: true);
        return new(chroot.Name, chroot.ReleaseVersion, hostArch, IsAnyones(taskArch) ? hostArch : taskArch,
            chroot.Packages, [own, .. chroot.Repos.Select(repo => OfChroot(repo, pins)), .. pins.Where(pin => pin.ChrootRepo is null).Select(pin => pin.ForRecipe())], chroot.Macros, chroot.Engine, chroot.Isolation, chroot.Mock);
    }

    /// <summary>Where chroots' repositories are not pinned here (Skyline:PinChrootRepos), the builder asks the mirrors itself.</summary>
    static RecipeRepo OfChroot(ChrootRepo repo, IReadOnlyList<RunPin> pins) =>
        pins.FirstOrDefault(pin => pin.ChrootRepo == repo.Id)?.InPlaceOf(repo.ForRecipe()) ?? repo.ForRecipe();

    /// <summary>A cross target's buildroot holds its host's packages: those of the host's repository, if the tag has one.</summary>
    static string OwnRepoArch(Tag tag, string taskArch, string hostArch) =>
        tag.Arches.Contains(hostArch) ? hostArch : IsAnyones(taskArch) ? tag.Arches[0] : taskArch;

    /// <summary>What any builder of the tag's can do.</summary>
    internal static bool IsAnyones(string taskArch) => taskArch is "noarch" or Sources.SubmitSource.Arch;
}
