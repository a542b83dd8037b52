"""Line by line: what NumPy gives and what it refuses, with its words."""

import numpy as np

from tests.explorable.writing.arrays import inpage

INPUTS = {
    "a": np.arange(6.0).reshape(2, 3),
    "n": np.arange(6),
    "t": np.array([True, False, True]),
    "m": np.array([[4.0, 1.0, 0.5], [1.0, 3.0, -1.0], [0.5, -1.0, 2.0]]),
    "s": np.arange(24.0).reshape(2, 3, 4),
}
LINES = """
a+np.ones(4)
a[5]
a[0,7]
a[0,0,0]
a[[0,5]]
a[a>9, 0]
a[np.ones(3,bool)]
a[1.0]
a["x"]
a[np.array([1.5])]
n[[0,1],[0,1,2]]
np.ones((3,3))[[0,1],[0,1,2]]
a.reshape(4,2)
a.reshape(-1,-1)
a.sum(axis=2)
a.sum(axis=(0,0))
a.sum(axis=1.5)
a@a
np.ones(3)@np.ones(4)
np.ones(3)@2.0
np.ones((2,3))@np.ones(2)
np.dot(a,a)
n//0
n%0
n**-1
n+=1.5; n
n+=np.ones(2); n
a+=np.ones((4,2,3)); a
a[:]=np.ones(4); a
a[0]=[1,2]; a
a[0,0]=[1,2]; a
a[a>2]=[1,2]; a
a[[0,1]]=np.ones((3,3)); a
bool(a)
bool(np.zeros(0))
bool(np.array([1.]))
np.array([[1,2],[3]])
len(np.array(1.))
np.array(1.)[0]
[x for x in np.array(1.)]
np.concatenate([a,np.ones(3)])
np.concatenate([a,np.ones((2,2))])
np.concatenate([a,np.ones((2,2))],axis=2)
np.concatenate([])
np.stack([a,np.ones(3)])
np.max(np.zeros(0))
np.zeros(0).argmax()
np.zeros((0,3)).min(axis=0)
np.mean(np.zeros(0))
np.linalg.inv(np.zeros((2,2)))
np.linalg.inv(a)
np.linalg.solve(np.ones((2,2)),np.ones(2))
np.linalg.det(np.ones(3))
np.linalg.solve(np.eye(2),np.ones(3))
np.broadcast_to(a,(3,3))
np.broadcast_to(a,(3,))
a.transpose(0,0)
a.transpose(1)
np.swapaxes(a,0,3)
np.squeeze(a,0)
np.expand_dims(a,5)
np.split(n,4)
-np.array([True])
np.array([True])-np.array([False])
np.array([True])+np.array([True])
np.array([True])/np.array([True])
np.array([True])*np.array([True])
np.array([True])**np.array([True])
np.array([True])//np.array([True])
np.array([True])%np.array([True])
~a
a&a
a|1
n&n
n&True
np.array([True])&1
~n
np.abs(np.array([True]))
np.square(np.array([True]))
np.sqrt(np.array([True]))
np.sqrt(n)
np.reciprocal(n)
np.floor(n)
np.floor(np.array([True]))
np.rint(n)
np.round(n,-1)
np.round(np.array([True]))
np.trunc(n)
np.clip(a,5,1)
np.clip(n,0.5,2)
np.einsum('ij->k',a)
np.einsum('ijk->i',a)
np.cumsum(np.array([True,True]))
np.sum(np.array([True,True]))
np.prod(np.array([True,True]))
np.mean(np.array([True,True]))
np.max(np.array([True,True]))
np.ptp(np.array([True,True]))
np.diff(np.array([True,False]))
np.median(n)
np.median(np.zeros(0))
np.percentile(n,120)
np.average(n,weights=[1,2])
np.average(n,weights=[0]*6)
np.tile(n,(2,1)).shape
np.repeat(n,[1,2])
np.linspace(0,1,-1)
np.arange(0,1,0)
np.zeros(-1)
np.zeros(1.5)
np.zeros((2,-1))
np.eye(2.5)
np.diag(np.ones((2,2,2)))
np.trace(n)
a.item()
a.item(7)
np.linalg.norm(a,3)
np.linalg.norm(a,1)
np.linalg.norm(n,3)
np.linalg.norm(a,'nuc')
np.take_along_axis(a,np.zeros((2,1),int),1)
np.outer(a,n).shape
np.zeros((2,3)).foo
np.where(a>1)
np.where(a>1,1)
np.array([1,2.5,True])
np.array([True,2])
np.array(5)
np.array([2**40])
np.float64(3)
np.int64(3.7)
np.array([np.nan,np.inf]).astype(int)
a.argmax(axis=(0,1))
a.mean(axis='x')
a.reshape('x')
np.roll(n,2)
np.flip(a,5)
np.moveaxis(a,0,5)
np.moveaxis(a,[0],[0,1])
np.array_equal(a,1)
np.vstack([n,n[:2]])
np.hstack([a,n])
np.searchsorted(n,2)
np.unique(a,return_counts=True)
np.heaviside(-1.,.5)
a==np.ones(4)
n=="a"
n+[1,2]
[1]+n
(1,2)*a
np.ones((2,0))
np.ones((2,2000))[0]
np.arange(1001)
a.dtype
n.dtype
repr(a.dtype)
np.dtype('float64')
a.dtype==float
a.dtype=='float64'
a.dtype is np.float64
n.cumsum().dtype
np.var(n,ddof=6)
np.exp(n).dtype
np.arange(3)*True
np.power(2,-1)
np.power(2.0,-1)
np.full((2,),1)
np.full(2,1.5,int)
np.zeros_like(n)
np.full_like(n,1.5)
np.minimum(n,2.5)
np.where(n>2,n,0.5)
np.where(n>2,n,0)
np.logical_and(a,1)
np.atleast_2d(n).shape
np.isclose(a,1)
np.nan_to_num(np.array([np.nan,np.inf,-np.inf]))
np.mod(-n,4)
np.fmod(-n,4)
np.divide(n,0)
np.outer(n,n)[0]
np.unique(np.array([np.nan,1,np.nan]))
np.sort(np.array([np.nan,1,-0.0,0.0]))
np.max(np.array([np.nan,1]))
np.argmax(np.array([1,np.nan,2]))
np.fmax(np.nan,1)
np.take(a,1,axis=1)
a.take(5)
np.allclose(a,np.ones(4))
n.T
np.array([[1,2],[3,4]],dtype=float)
np.array([1.5,2],dtype=int)
np.expand_dims(n,(0,1)).shape
n[::0]
n[:1.5]
n[np.array([])]
n[[]]
n[True]
n[False]
a[None].shape
a[...,0]
a[...,...]
a[None,:,None,[0,1]].shape
np.ones((2,3,4))[[0,1],:,[0,1]].shape
np.ones((2,3,4))[:,[0,1],[0,1]].shape
np.ones((2,3,4))[0,:,[0,1]].shape
np.ones((2,3,4))[:,np.ones((3,4),bool)].shape
np.var(np.zeros(0))
np.std(a,axis=0,ddof=2)
np.bincount(n)
np.linalg.eigh(np.ones((2,3)))
np.linalg.svd(n)
np.triu(a,1)
np.dot(2,a)
np.inner(a,a)
np.matmul(2,a)
np.count_nonzero(a,axis=0)
np.delete(n, 2)
np.delete(n, [0, -1])
np.delete(a, 1, axis=1)
np.delete(n, 9)
np.insert(n, 2, 7)
np.append(n, [1, 2])
np.append(a, a, axis=0)
np.resize(n, (2, 5))
np.resize([1, 2, 3], 7)
np.triu_indices(3)
np.tril_indices(3, -1)
a[np.triu_indices(2)]
np.nanmedian(np.array([[1, nan, 3], [4, 5, nan]]))
np.nanmedian(np.array([[1, nan, 3], [4, 5, nan]]), axis=1)
np.histogram(n, 3)
np.histogram(a, np.arange(0.5, 6))
np.histogram(np.ones(3))
np.argsort(a,axis=None)
np.meshgrid(n,n)[0].shape
a.round(1)
divmod(n,2)
2 in n
a.any()
np.any(a,axis=0)
a.min(axis=())
a.sum(axis=())
"""


def test_numbers_out_of_arrays_divide_as_numpys_do(page):
    lines = ["a.sum() / 0.0", "-a.sum() / 0", "a[0, 0] / a[0, 0]", "1.5 / a[0, 0]", "1 / a.min()", "a.sum() / -0.0"]
    inpage.compare(
        page, [(line, INPUTS) for line in [*lines, "np.sqrt(-1.0)", "np.log(0.0)", "1 / 0", "a.std() / 2"]], texts=False
    )


def test_a_run_has_a_bound_and_the_next_one_begins_anew(page):
    lines = ["[np.zeros(2**22) for _ in range(20)]", "np.zeros((10**6, 10**6))"]
    assert [type(got).__name__ for got in inpage.there(page, [(line, {}) for line in lines])] == ["MemoryError"] * 2
    assert inpage.there(page, [("np.zeros(2**22).size", {})]) == [2**22]


def test_what_is_not_there_says_so(page):
    """Names, kinds of numbers and arguments are refused by name."""
    elsewhere = "here; in the notebook of this chapter it has"
    refused = {
        "np.kron": f"numpy has no 'kron' {elsewhere}",
        "np.linalg.pinv": f"numpy.linalg has no 'pinv' {elsewhere}",
        "np.zeros(2).nbytes": f"'numpy.ndarray' object has no attribute 'nbytes' {elsewhere}",
        "np.zeros(2).foo": "'numpy.ndarray' object has no attribute 'foo'",
        "np.zeros(2, dtype='float32')": f"numpy has no dtype float32 {elsewhere}",
        "np.float32": f"numpy has no 'float32' {elsewhere}",
        "np.sum(np.ones(3), dtype=int)": "unexpected keyword argument 'dtype'",
        "np.add(1, 2, out=np.zeros(1))": "unexpected keyword argument 'out'",
        "np.ones(3).sum(where=True)": "unexpected keyword argument 'where'",
        "np.array(['a'])": f"an array of 'str' has no place {elsewhere}",
    }
    got = inpage.there(page, [(line, {}) for line in refused])
    assert [str(each) for each in got] == list(refused.values())


def test_lines(page):
    inpage.compare(page, [(line, INPUTS) for line in LINES.split("\n") if line], close=1e-13)
