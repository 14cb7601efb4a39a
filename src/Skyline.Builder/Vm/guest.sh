#!/bin/busybox sh
# The first and only program of a virtual machine that one build runs in. Constant: what differs comes in files beside it.
#   /command   what to run, its arguments ended by zero bytes
#   /limits    memory in bytes, processes, open files a process may ask for, disk in bytes
#   /modules   drivers of the kernel
#   /tools     setpriv and bwrap, as on the builder
# Disks: vda the buildroot, vdb the work folder, vdc takes the results. Ports: 1 takes the build's output, 2 these words:
#   skyline: started            skyline: broken WHY
#   skyline: breach LIMIT       skyline: exit CODE BYTES-OF-OUTPUT
# It never ends by itself: whoever started it ends it once all output has arrived.
if [ "$1" != moved ]; then
    /bin/busybox --install -s /bin
    export PATH=/bin
    # The root of a kernel's own archive cannot be left by pivot_root, which is what bubblewrap does.
    mkdir /self
    mount -t tmpfs -o mode=755 tmpfs /self
    cp -a /bin /tools /usr /lib /lib64 /modules /init /command /limits /self/ 2>/dev/null
    exec switch_root /self /init moved
fi

export PATH=/bin
mkdir -p /proc /sys /dev /tmp /mnt/root /mnt/build
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
# The console is for a kernel that dies.
dmesg -n 1
# Which needs which is another matter in every kernel.
for round in 1 2 3 4; do
    for module in /modules/*.ko; do insmod "$module" 2>/dev/null && rm "$module"; done
done
waited=0
until [ -c /dev/vport0p1 ] && [ -c /dev/vport0p2 ]; do
    [ $((waited += 1)) -lt 500 ] || echo "skyline: broken its kernel, $(uname -r), finds no virtio ports" >/dev/console
    sleep 0.02
done
exec 5<>/dev/vport0p2

say() { echo "skyline: $*" >&5; }
broken() {
    say "broken $*"
    exec sleep 1000000
}

mount -t ext4 -o ro /dev/vda /mnt/root || broken "its kernel cannot mount the buildroot"
mount -t ext4 -o nosuid,nodev,noinit_itable /dev/vdb /mnt/build || broken "its kernel cannot mount the work folder"
read -r memory processes files disk </limits
group=/sys/fs/cgroup/build
mount -t cgroup2 cgroup2 /sys/fs/cgroup && echo '+memory +pids' >/sys/fs/cgroup/cgroup.subtree_control && mkdir $group &&
    echo "$memory" >$group/memory.max && echo "$processes" >$group/pids.max || broken "its kernel has no control groups"

look() {
    grep -q '^oom_kill [1-9]' $group/memory.events && say breach memory
    grep -q '^max [1-9]' $group/pids.events && say breach processes
    case " $(stat -f -c '%a %d' /mnt/build) " in *' 0 '*) say breach disk ;; esac
}
(while sleep 0.3; do look; done) </dev/null >/dev/null 2>&1 &
watching=$!

say started
(
    echo 0 >$group/cgroup.procs
    ulimit -c 0
    ulimit -f $((disk / 512))
    ulimit -S -n 1024
    ulimit -H -n "$files"
    exec xargs -0 -x -s 131072 /bin/busybox sh -c '"$@"; echo $? >/exit' chamber </command 5>&-
) 2>&1 | tee /dev/vport0p1 5>&- | wc -c >/count 5>&-

kill $watching
look
cd /mnt/build && tar -c $(ls -d requires.now timing sources.wanted sources.listed build/SRPMS build/RPMS 2>/dev/null) 2>/dev/null | dd of=/dev/vdc bs=1048576 conv=fsync 2>/dev/null
say "exit $(cat /exit) $(cat /count)"
exec sleep 1000000
